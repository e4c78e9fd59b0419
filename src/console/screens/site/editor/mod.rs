//! The editor: the text, and beside it what becomes of it.

pub(super) mod actions;
pub(super) mod beside;
mod merge;

use poem::http::StatusCode;
use poem::web::{Path, Query};
use poem::{Response, handler};
use serde::{Deserialize, Serialize};

use self::beside::Beside;
use self::merge::Merged;
use crate::console::door::redirect;
use crate::console::fault::Fault;
use crate::console::form::Posted;
use crate::console::refused::Refused;
use crate::console::screens::org::Names;
use crate::console::view::values;
use crate::console::who::{At, Least, Member};
use crate::pages::{self, Edited, Page, PageError, PageId, Refusal};

#[derive(Deserialize)]
pub(in crate::console) struct Asked {
    #[serde(default)]
    tab: String,
}

/// The text in the editor and what it was made from.
#[derive(Debug, Default, Serialize)]
struct Draft {
    document: String,
    /// The revision that it was made from; 0 before the first.
    seen: i64,
    /// When it was kept, if it is not saved yet.
    unsaved_since: Option<i64>,
    /// Whether the sandbox wrote the revision: what it makes is told as such wherever it shows.
    by_sandbox: bool,
}

/// A page as the editor's head shows it.
#[derive(Serialize)]
struct Shown {
    id: PageId,
    title: String,
    path: String,
    state: &'static str,
    revision: i64,
    live_revision: Option<i64>,
    health: Option<i64>,
    stale: bool,
    scheduled_at: i64,
    has_sources: bool,
}

impl From<&Page> for Shown {
    fn from(page: &Page) -> Shown {
        Shown {
            id: page.id,
            title: page.title.clone(),
            path: page.path.clone(),
            state: page.state.as_str(),
            revision: page.revision,
            live_revision: page.live_revision,
            health: page.health,
            stale: page.stale,
            scheduled_at: page.scheduled_at,
            has_sources: !page.brief.sources.is_empty(),
        }
    }
}

#[handler]
pub(in crate::console) async fn show(
    at: At<Member>,
    Path((_, _, page)): Path<(String, String, String)>,
    Query(asked): Query<Asked>,
) -> Result<Response, Fault> {
    let opened = opened(&at, &page).await?;
    let draft = present(&at, &opened.page).await?;
    screen(&at, &opened, &draft, &asked.tab, None, "").await
}

/// A page and the job that writes it.
struct Opened {
    page: Page,
    job: Option<String>,
}

/// The job is looked for first: one that ends in between is told as under way, and the screen is read again at its end. The
/// other way round it would show an old page as finished, and nothing would come after it.
async fn opened<L: Least>(at: &At<L>, id: &str) -> Result<Opened, Fault> {
    let job = under_way(at, id).await?;
    Ok(Opened { page: found(at, id).await?, job })
}

/// The page that an address names.
pub(super) async fn found<L: Least>(at: &At<L>, id: &str) -> Result<Page, Fault> {
    let id = id.parse().map_err(|_| Fault::NotFound)?;
    Ok(at.here.me.desk.rooms.pages.get(&at.scope, id).await?)
}

/// The newest revision or, where the person who asks has written on without saving, their text.
async fn present<L: Least>(at: &At<L>, page: &Page) -> Result<Draft, Fault> {
    let pages = &at.here.me.desk.rooms.pages;
    let mut present = match pages.text(&at.scope, page.id).await {
        Ok(revision) => Draft {
            document: revision.document,
            seen: revision.number,
            by_sandbox: revision.author.starts_with("sandbox "),
            unsaved_since: None,
        },
        Err(PageError::Refused(Refusal::NoText)) => Draft::default(),
        Err(error) => return Err(error.into()),
    };
    if let Some(kept) = pages.draft(&at.scope, page.id).await?
        && kept.document != present.document
    {
        present.unsaved_since = Some(kept.updated_at);
        (present.document, present.seen) = (kept.document, kept.seen);
    }
    Ok(present)
}

async fn screen<L: Least>(
    at: &At<L>,
    Opened { page, job }: &Opened,
    draft: &Draft,
    tab: &str,
    merged: Option<Merged>,
    wrong: &str,
) -> Result<Response, Fault> {
    let beside = Beside::of(at, page, tab).await?;
    let host = at.here.me.desk.rooms.sites.canonical_host(&at.scope).await?;
    let url = host
        .map(|host| at.here.me.desk.rooms.address.of(host.as_str()))
        .map(|site| address(&site, &page.path));
    let screen = values! {
        page => Shown::from(page), draft, beside, merged, wrong, url, job,
        path => format!("{}/pages/{}", at.path(), page.id),
        site_path => at.path(),
    };
    at.here.me.desk.view.page("site/editor.html", &at.shell("pages").await?, screen)
}

/// The job that is writing the page now.
async fn under_way<L: Least>(at: &At<L>, page: &str) -> Result<Option<String>, Fault> {
    let (queue, org) = (&at.here.me.desk.rooms.queue, at.here.scope.org());
    let job = queue.live::<pages::GeneratePage>(org, page).await?;
    Ok(job.map(|id| id.to_string()))
}

/// Where readers find a page.
fn address(site: &str, path: &str) -> String {
    let path = path.trim_end_matches(".md").trim_end_matches("_index").trim_end_matches('/');
    if path.is_empty() { format!("{site}/") } else { format!("{site}/{path}/") }
}

/// Keeps what is being written, for the person who writes it alone; the page's script asks for it every few seconds.
#[handler]
pub(in crate::console) async fn keep(
    at: At<Member>,
    Path((_, _, page)): Path<(String, String, String)>,
    posted: Posted,
) -> Result<Response, Fault> {
    let page = found(&at, &page).await?;
    let pages = &at.here.me.desk.rooms.pages;
    if posted.is_ticked("drop") {
        pages.drop_draft(&at.scope, page.id).await?;
        return Ok(redirect(&format!("{}/pages/{}", at.path(), page.id)));
    }
    let seen = posted.text("seen").parse().map_err(|_| Fault::NotFound)?;
    pages.keep_draft(&at.scope, page.id, posted.document("document"), seen).await?;
    Ok(Response::builder().status(StatusCode::NO_CONTENT).finish())
}

/// Saves as a new revision. Where somebody else has saved meanwhile, the two texts are merged and shown: neither is lost.
#[handler]
pub(in crate::console) async fn save(
    at: At<Member>,
    Path((_, _, page)): Path<(String, String, String)>,
    posted: Posted,
) -> Result<Response, Fault> {
    let page = found(&at, &page).await?;
    let seen = posted.text("seen").parse().map_err(|_| Fault::NotFound)?;
    let draft = Draft { document: posted.document("document"), seen, ..Draft::default() };
    let edited = Edited {
        title: pages::titled(&draft.document).unwrap_or_else(|| page.title.clone()),
        document: draft.document.clone(),
        reason: posted.text("reason").chars().take(500).collect(),
        seen: Some(seen),
    };
    let error = match at.here.me.desk.rooms.pages.edit(&at.scope, page.id, edited).await {
        Ok(_) => return Ok(redirect(&format!("{}/pages/{}?notice=page-saved", at.path(), page.id))),
        Err(error) => error,
    };
    let (draft, merged, wrong) = match error {
        PageError::Refused(Refusal::Changed { number }) => {
            let names = Names::of(&at.here).await?;
            let merged = merge::merged(&at, page.id, &draft, number, &names).await?;
            (Draft { document: merged.document.clone(), seen: number, ..draft }, Some(merged), String::new())
        }
        error => (draft, None, error.sentence()?),
    };
    let opened = opened(&at, &page.id.to_string()).await?;
    let mut response = screen(&at, &opened, &draft, "", merged, &wrong).await?;
    response.set_status(StatusCode::CONFLICT);
    Ok(response)
}
