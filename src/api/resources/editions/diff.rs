//! What one edition holds that another does not.

use poem_openapi::param::{Path, Query};
use poem_openapi::{Object, OpenApi};

use super::super::Tag;
use super::find;
use crate::api::answer::Fetched;
use crate::api::caller::{As, Reader};
use crate::api::problem::Problem;
use crate::publishing::{Differing, FileDiff};

pub(in crate::api) struct DiffApi;

/// What differs between two editions of a site.
#[derive(Debug, Clone, Object)]
pub(in crate::api) struct EditionDiff {
    /// The earlier edition, `ed_…`; none before the first
    from: Option<String>,
    /// The later edition, `ed_…`
    to: String,
    /// Files that only the later has
    added: DifferingFiles,
    /// Files that both have, with another content, type or target
    changed: DifferingFiles,
    /// Files that only the earlier has
    removed: DifferingFiles,
}

/// Files that differ in one way.
#[derive(Debug, Clone, Object)]
pub(in crate::api) struct DifferingFiles {
    /// How many
    count: u64,
    /// The first of them by path, 200 at most
    files: Vec<DifferingFile>,
}

/// A file that is not the same in two editions.
#[derive(Debug, Clone, Object)]
pub(in crate::api) struct DifferingFile {
    /// Its path below the host
    path: String,
    /// Its length in the earlier edition, in bytes
    before: Option<u64>,
    /// Its length in the later one, in bytes
    after: Option<u64>,
    /// Where readers are sent on to
    redirect: Option<String>,
}

#[OpenApi(prefix_path = "/editions", tag = "Tag::Editions")]
impl DiffApi {
    /// Compare two editions of a site
    #[oai(path = "/:edition/diff", method = "get", operation_id = "editions_diff")]
    async fn diff(
        &self,
        who: As<Reader>,
        /// The later one's id, `ed_…`
        edition: Path<String>,
        /// The earlier one's id, `ed_…`; the ready one before it if nobody says
        from: Query<Option<String>>,
    ) -> Result<Fetched<EditionDiff>, Problem> {
        let (scope, to) = find(&who, &edition.0).await?;
        let publishing = &who.rooms.publishing;
        let from = match &from.0 {
            Some(from) => {
                let (site, from) = find(&who, from).await?;
                if site.site() != scope.site() {
                    return Err(Problem::not_found("edition"));
                }
                Some(from)
            }
            None => {
                let edition = publishing.edition(&scope, to).await?;
                publishing.before(&scope, &edition).await?.map(|before| before.id)
            }
        };
        let changes = publishing.compare(&scope, from, to).await?;
        Ok(Fetched::new(EditionDiff {
            from: from.map(|from| from.to_string()),
            to: to.to_string(),
            added: changes.added.into(),
            changed: changes.changed.into(),
            removed: changes.removed.into(),
        }))
    }
}

impl From<Differing> for DifferingFiles {
    fn from(differing: Differing) -> DifferingFiles {
        let file =
            |FileDiff { path, before, after, redirect }| DifferingFile { path, before, after, redirect };
        DifferingFiles { count: differing.count, files: differing.files.into_iter().map(file).collect() }
    }
}
