//! Two people have edited one page: their texts side by side in one, and what the other has changed.

use serde::Serialize;

use super::Draft;
use crate::console::fault::Fault;
use crate::console::screens::org::Names;
use crate::console::who::{At, Least};
use crate::pages::{Changes, PageId};

/// What came of a text that was made from an older revision than the newest.
#[derive(Debug, Serialize)]
pub(super) struct Merged {
    /// Who has saved meanwhile.
    who: String,
    number: i64,
    /// Both texts in one; where they touch the same lines, both stand there between marks.
    #[serde(skip)]
    pub document: String,
    /// Whether there are such marks to be cleared by hand.
    in_conflict: bool,
    /// Whether the texts were too different to be merged line by line: both stand there whole.
    is_coarse: bool,
    /// What the other has changed.
    theirs: Changes,
}

/// Merges a draft with the newest revision, line by line, from the revision that both come from.
pub(super) async fn merged<L: Least>(
    at: &At<L>,
    page: PageId,
    draft: &Draft,
    number: i64,
    names: &Names,
) -> Result<Merged, Fault> {
    let pages = &at.here.me.desk.rooms.pages;
    let newest = pages.revision(&at.scope, page, number).await?;
    let base = match draft.seen {
        0 => String::new(),
        seen => pages.revision(&at.scope, page, seen).await?.document,
    };
    let theirs = pages.changes(base.clone(), newest.document.clone()).await?;
    let merged = pages.merge(base, draft.document.clone(), newest.document).await?;
    Ok(Merged {
        who: names.name(&newest.author),
        number,
        document: merged.document,
        in_conflict: merged.in_conflict,
        is_coarse: merged.is_coarse,
        theirs,
    })
}
