//! A new site: its title, its address and, where there is one, the website that its facts stand on.

use poem::http::StatusCode;
use poem::{Response, handler};

use crate::console::door::redirect;
use crate::console::fault::Fault;
use crate::console::form::Posted;
use crate::console::refused::{Refused, sentence};
use crate::console::screens::entry::slug;
use crate::console::view::values;
use crate::console::who::{Admin, In};
use crate::sites::NewSite;

#[handler]
pub(in crate::console) async fn show(here: In<Admin>) -> Result<Response, Fault> {
    let title = here.org.name.clone();
    screen(&here, &title, "", "", "").await
}

async fn screen(
    here: &In<Admin>,
    title: &str,
    slug: &str,
    website: &str,
    wrong: &str,
) -> Result<Response, Fault> {
    let rooms = &here.me.desk.rooms;
    let (domain, org_slug) = (&rooms.sites_domain, &here.org.slug);
    let page = values! { title, slug, website, wrong, domain, org_slug };
    here.me.desk.view.page("org/new_site.html", &here.shell("").await?, page)
}

#[handler]
pub(in crate::console) async fn create(here: In<Admin>, posted: Posted) -> Result<Response, Fault> {
    let (title, typed, website) = (posted.text("title"), posted.text("slug"), posted.text("website"));
    match made(&here, title, typed, website).await? {
        Ok(to) => Ok(redirect(&to)),
        Err(wrong) => {
            let mut response = screen(&here, title, typed, website, &wrong).await?;
            response.set_status(StatusCode::UNPROCESSABLE_ENTITY);
            Ok(response)
        }
    }
}

/// Where the site is, or a sentence about what is wrong.
async fn made(
    here: &In<Admin>,
    title: &str,
    typed: &str,
    website: &str,
) -> Result<Result<String, String>, Fault> {
    let rooms = &here.me.desk.rooms;
    if title.is_empty() || title.chars().count() > 100 || title.chars().any(char::is_control) {
        return Ok(Err(sentence("a site's title has 1 to 100 characters")));
    }
    let website = if website.is_empty() || website.contains("://") {
        website.to_owned()
    } else {
        format!("https://{website}")
    };
    if !website.is_empty() && !url::Url::parse(&website).is_ok_and(|url| url.has_host()) {
        return Ok(Err(sentence(&format!("\"{website}\" is no web address: write it as https://host/path"))));
    }
    let slug = match slug(typed, title, "site") {
        Ok(slug) => slug,
        Err(wrong) => return Ok(Err(wrong)),
    };
    let mut settings = toml::Table::new();
    settings.insert("title".into(), title.into());
    let new = NewSite { slug: slug.clone(), title: title.to_owned(), settings: settings.to_string() };
    let scope = match rooms.sites.create(&here.scope, new).await {
        Ok(scope) => scope,
        Err(error) => return error.sentence().map(Err),
    };
    let below = format!("{}/s/{slug}", here.path());
    if website.is_empty() {
        return Ok(Ok(format!("{below}/sources?notice=site-made")));
    }
    rooms.pages.request_crawl(&scope, &website).await?;
    Ok(Ok(format!("{below}/sources?notice=source-asked")))
}
