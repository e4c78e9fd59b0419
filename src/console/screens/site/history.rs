//! A page's revisions, what changed from one to the next, and the way back.

use poem::web::{Path, Query};
use poem::{Response, handler};
use serde::{Deserialize, Serialize};

use super::editor::found;
use crate::console::door::redirect;
use crate::console::fault::Fault;
use crate::console::screens::org::Names;
use crate::console::view::values;
use crate::console::who::{At, Member};

/// Revisions of one page of the list.
const LINES: u64 = 30;

#[derive(Deserialize)]
pub(in crate::console) struct Asked {
    below: Option<i64>,
}

#[derive(Serialize)]
struct Line {
    number: i64,
    who: String,
    reason: String,
    created_at: i64,
    is_live: bool,
}

#[handler]
pub(in crate::console) async fn show(
    at: At<Member>,
    Path((_, _, page)): Path<(String, String, String)>,
    Query(asked): Query<Asked>,
) -> Result<Response, Fault> {
    let page = found(&at, &page).await?;
    let pages = &at.here.me.desk.rooms.pages;
    let (found, has_more) = pages.history(&at.scope, page.id, asked.below, LINES).await?;
    let names = Names::of(&at.here).await?;
    let line = |revision: crate::pages::RevisionLine| Line {
        is_live: page.live_revision == Some(revision.number),
        number: revision.number,
        who: names.name(&revision.author),
        reason: revision.reason,
        created_at: revision.created_at,
    };
    let lines: Vec<Line> = found.into_iter().map(line).collect();
    let path = format!("{}/pages/{}", at.path(), page.id);
    let older = lines.last().filter(|_| has_more).map(|last| format!("{path}/history?below={}", last.number));
    let newest = asked.below.map(|_| format!("{path}/history"));
    let screen = values! { lines, path, older, newest, title => page.title, pages_path => format!("{}/pages", at.path()) };
    at.here.me.desk.view.page("site/history.html", &at.shell("pages").await?, screen)
}

#[handler]
pub(in crate::console) async fn one(
    at: At<Member>,
    Path((_, _, page, number)): Path<(String, String, String, i64)>,
) -> Result<Response, Fault> {
    let page = found(&at, &page).await?;
    let pages = &at.here.me.desk.rooms.pages;
    let revision = pages.revision(&at.scope, page.id, number).await?;
    let before = match number {
        ..=1 => String::new(),
        number => pages.revision(&at.scope, page.id, number - 1).await?.document,
    };
    let names = Names::of(&at.here).await?;
    let screen = values! {
        title => page.title,
        id => page.id,
        path => format!("{}/pages/{}", at.path(), page.id),
        pages_path => format!("{}/pages", at.path()),
        number,
        who => names.name(&revision.author),
        reason => revision.reason,
        created_at => revision.created_at,
        is_newest => number == page.revision,
        is_live => page.live_revision == Some(number),
        changes => pages.changes(before, revision.document.clone()).await?,
        document => revision.document,
    };
    at.here.me.desk.view.page("site/revision.html", &at.shell("pages").await?, screen)
}

/// Writes an older text again, as the newest revision: the history only grows.
#[handler]
pub(in crate::console) async fn restore(
    at: At<Member>,
    Path((_, _, page, number)): Path<(String, String, String, i64)>,
) -> Result<Response, Fault> {
    let page = found(&at, &page).await?;
    let pages = &at.here.me.desk.rooms.pages;
    pages.restore(&at.scope, page.id, number, Some(page.revision)).await?;
    Ok(redirect(&format!("{}/pages/{}?notice=page-restored", at.path(), page.id)))
}
