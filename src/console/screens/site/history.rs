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

/// Lines of a text that go together: kept, taken out or put in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Change {
    /// `same`, `out` or `in`.
    what: &'static str,
    text: String,
}

/// From one text to the next, with three lines around each change.
pub(super) fn changes(before: &str, after: &str) -> Vec<Change> {
    let patch = diffy::create_patch(before, after);
    let mut changes = Vec::new();
    for hunk in patch.hunks() {
        if !changes.is_empty() {
            changes.push(Change { what: "gap", text: "⋯".to_owned() });
        }
        changes.extend(hunk.lines().iter().map(|line| {
            let (what, text) = match line {
                diffy::Line::Context(text) => ("same", text),
                diffy::Line::Delete(text) => ("out", text),
                diffy::Line::Insert(text) => ("in", text),
            };
            Change { what, text: text.trim_end_matches('\n').to_owned() }
        }));
    }
    changes
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
        changes => changes(&before, &revision.document),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_told_line_by_line() {
        let told: Vec<(&str, String)> =
            changes("a\nb\nc\n", "a\nB\nc\n").into_iter().map(|change| (change.what, change.text)).collect();
        let expected = [("same", "a"), ("out", "b"), ("in", "B"), ("same", "c")];
        assert_eq!(told, expected.map(|(what, text)| (what, text.to_owned())));
        assert!(changes("a\n", "a\n").is_empty());
    }
}
