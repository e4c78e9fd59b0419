//! A new page: generated from sources, or written by hand.

use poem::http::StatusCode;
use poem::{Response, handler};
use serde::Serialize;

use crate::base::{Slug, Window};
use crate::console::door::redirect;
use crate::console::fault::Fault;
use crate::console::form::Posted;
use crate::console::refused::{Refused, sentence};
use crate::console::view::values;
use crate::console::who::{At, Member};
use crate::pages::{Brief, NewPage, PageError, PageId, SourceLine};

/// Sources that are offered; the others are found by their address.
const SOURCES: u64 = 200;

/// What was filled in.
#[derive(Debug, Default, Serialize)]
struct Form {
    title: String,
    folder: String,
    kind: String,
    brief: String,
    sources: Vec<String>,
}

impl Form {
    fn of(posted: &Posted) -> Form {
        let text = |name| posted.text(name).to_owned();
        let sources = posted.all("source").map(str::to_owned).collect();
        Form {
            title: text("title"),
            folder: text("folder"),
            kind: text("kind"),
            brief: text("brief"),
            sources,
        }
    }

    fn page(&self) -> NewPage {
        let slug = Slug::from_title(&self.title, "page");
        let folder = self.folder.trim_matches('/');
        let path = if folder.is_empty() { format!("{slug}.md") } else { format!("{folder}/{slug}.md") };
        let brief = Brief { text: self.brief.clone(), sources: self.sources.clone(), ..Brief::handwritten() };
        NewPage { path, title: self.title.clone(), kind: kind(&self.kind), brief }
    }
}

#[derive(Serialize)]
struct Offered {
    address: String,
    title: String,
}

#[handler]
pub(in crate::console) async fn show(at: At<Member>) -> Result<Response, Fault> {
    screen(&at, &Form::default(), "").await
}

async fn screen(at: &At<Member>, form: &Form, wrong: &str) -> Result<Response, Fault> {
    let rooms = &at.here.me.desk.rooms;
    let (found, has_more) = rooms.pages.sources_window(&at.scope, &Window::newest(SOURCES)).await?;
    let offered = |source: SourceLine| Offered { address: source.address, title: source.title };
    let sources: Vec<Offered> = found.into_iter().map(offered).collect();
    let kinds: Vec<&str> = KINDS.iter().map(|kind| kind.name()).collect();
    let page = values! { form, sources, has_more, kinds, wrong };
    at.here.me.desk.view.page("site/new_page.html", &at.shell("pages").await?, page)
}

#[handler]
pub(in crate::console) async fn create(at: At<Member>, posted: Posted) -> Result<Response, Fault> {
    let form = Form::of(&posted);
    let by_hand = posted.text("how") == "hand";
    let wrong = if form.title.is_empty() || form.title.chars().count() > 300 {
        sentence("a page's title has 1 to 300 characters")
    } else {
        match made(&at, &form, by_hand).await {
            Ok(id) => {
                let notice = if by_hand { "page-made" } else { "page-asked" };
                return Ok(redirect(&format!("{}/pages/{id}?notice={notice}", at.path())));
            }
            Err(error) => error.sentence()?,
        }
    };
    let mut response = screen(&at, &form, &wrong).await?;
    response.set_status(StatusCode::UNPROCESSABLE_ENTITY);
    Ok(response)
}

async fn made(at: &At<Member>, form: &Form, by_hand: bool) -> Result<PageId, PageError> {
    let pages = &at.here.me.desk.rooms.pages;
    let new = form.page();
    if by_hand {
        let document = blank(&new);
        return pages.create_written(&at.scope, new, document).await;
    }
    let id = pages.create(&at.scope, new).await?;
    pages.request_generation(&at.scope, id).await?;
    Ok(id)
}

/// Front matter and an empty text.
fn blank(new: &NewPage) -> String {
    let mut front = toml::Table::new();
    front.insert("title".into(), new.title.clone().into());
    front.insert("kind".into(), new.kind.name().into());
    if !new.brief.text.is_empty() {
        front.insert("description".into(), new.brief.text.clone().into());
    }
    format!("+++\n{front}+++\n\n")
}

const KINDS: [press::PageKind; 7] = [
    press::PageKind::Article,
    press::PageKind::Faq,
    press::PageKind::HowTo,
    press::PageKind::Comparison,
    press::PageKind::Glossary,
    press::PageKind::Product,
    press::PageKind::Landing,
];

fn kind(word: &str) -> press::PageKind {
    KINDS.into_iter().find(|kind| kind.name() == word).unwrap_or_default()
}
