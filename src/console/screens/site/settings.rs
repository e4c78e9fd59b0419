//! The site: what it is called, how it looks, which health its pages need.

use poem::http::StatusCode;
use poem::web::Query;
use poem::{Response, handler};
use serde::Deserialize;

use super::form::{self, Field};

use crate::console::door::redirect;
use crate::console::fault::Fault;
use crate::console::form::Posted;
use crate::console::refused::{Refused, sentence};
use crate::console::view::values;
use crate::console::who::{Admin, At, Least, Member};
use crate::sites::SiteChange;

#[derive(Deserialize)]
pub(in crate::console) struct Asked {
    #[serde(default)]
    tab: String,
}

#[handler]
pub(in crate::console) async fn show(at: At<Member>, Query(asked): Query<Asked>) -> Result<Response, Fault> {
    let (text, gate) = (at.site.settings.clone(), at.site.gate.to_string());
    screen(&at, &text, &gate, asked.tab == "text", "").await
}

/// The fields of the form, for a text that parses under a theme that there is.
fn fields<L: Least>(at: &At<L>, text: &str) -> Option<Vec<Field>> {
    let named = press::SiteConfig::parse_at(text, "https://site.invalid").ok()?.theme;
    let theme = at.here.me.desk.rooms.themes.get(&named).ok()?;
    form::fields(text, &theme.manifest().params)
}

async fn screen<L: Least>(
    at: &At<L>,
    text: &str,
    gate: &str,
    as_text: bool,
    wrong: &str,
) -> Result<Response, Fault> {
    let groups = fields(at, text).filter(|_| !as_text).map(form::grouped);
    let rooms = &at.here.me.desk.rooms;
    let host = rooms.sites.canonical_host(&at.scope).await?;
    let url = host.as_ref().map_or_else(String::new, |host| rooms.address.of(host.as_str()));
    let page = values! {
        text, gate, wrong, url, groups,
        seen => seen(at),
        id => at.site.id,
        is_live => at.site.live_edition.is_some(),
    };
    at.here.me.desk.view.page("site/settings.html", &at.shell("site").await?, page)
}

/// What the form was made from: another has changed it since, if it is another by then.
fn seen<L: Least>(at: &At<L>) -> String {
    blake3::hash(format!("{}\n{}", at.site.gate, at.site.settings).as_bytes()).to_hex().to_string()
}

#[handler]
pub(in crate::console) async fn save(at: At<Admin>, posted: Posted) -> Result<Response, Fault> {
    let gate = posted.text("gate");
    let as_text = posted.text("as") == "text";
    let text = match fields(&at, &at.site.settings).filter(|_| !as_text) {
        None => posted.document("settings"),
        Some(fields) => {
            let filled = |field: &Field| match field.kind {
                "boolean" => posted.is_ticked(&field.path).to_string(),
                _ => posted.document(&field.path).trim().to_owned(),
            };
            form::applied(&at.site.settings, &fields, filled)
        }
    };
    let wrong = match saved(&at, &text, gate, posted.text("seen")).await? {
        Ok(()) => return Ok(redirect(&format!("{}/settings?notice=site-saved", at.path()))),
        Err(wrong) => wrong,
    };
    let mut response = screen(&at, &text, gate, as_text, &wrong).await?;
    response.set_status(StatusCode::UNPROCESSABLE_ENTITY);
    Ok(response)
}

async fn saved(at: &At<Admin>, text: &str, gate: &str, form_of: &str) -> Result<Result<(), String>, Fault> {
    if form_of != seen(at) {
        let told = "somebody has changed the site since you opened this form. Your text is below, theirs is saved: open \
                    the site in another tab, compare, and save again";
        return Ok(Err(sentence(told)));
    }
    let Some(gate) = gate.parse::<u8>().ok().filter(|gate| *gate <= 100) else {
        return Ok(Err(sentence("the health that pages need is a number from 0 to 100")));
    };
    // The address is the product's affair; any will do to read the rest.
    let title = match press::SiteConfig::parse_at(text, "https://site.invalid") {
        Ok(config) => Some(config.title).filter(|title| !title.is_empty()),
        Err(faults) => {
            let lines: Vec<String> = faults.iter().map(ToString::to_string).collect();
            return Ok(Err(lines.join(" ")));
        }
    };
    let title = title.unwrap_or_else(|| at.site.title.clone());
    let settings = (text != at.site.settings).then(|| (title, text.to_owned()));
    let change = SiteChange { settings, gate: Some(gate) };
    match at.here.me.desk.rooms.sites.update(&at.scope, &at.site, change).await {
        Ok(()) => Ok(Ok(())),
        Err(error) => error.sentence().map(Err),
    }
}
