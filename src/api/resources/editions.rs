//! `/editions`

mod diff;

pub(in crate::api) use self::diff::DiffApi;

use poem_openapi::param::{Path, Query};
use poem_openapi::{Enum, Object, OpenApi};

use super::{Tag, sites, time};
use crate::api::answer::{Accepted, Fetched};
use crate::api::body::Body;
use crate::api::caller::{Admin, As, Reader};
use crate::api::list::{List, usual, window};
use crate::api::problem::{FieldFault, Problem};
use crate::pages::PageId;
use crate::publishing::{self, EditionId, Gate, Publish, PublishError};
use crate::tenancy::SiteScope;

pub(in crate::api) struct EditionsApi;

/// An immutable build of a site.
#[derive(Debug, Clone, Object)]
pub(in crate::api) struct Edition {
    /// Its id, `ed_…`
    id: String,
    /// Its site, `site_…`
    site: String,
    /// Its number in the site, from 1
    number: i64,
    /// How far it is
    state: State,
    /// Whether it goes live as soon as it is ready
    go_live: bool,
    /// How many files it holds
    files: i64,
    /// Their size in bytes, uncompressed
    bytes: i64,
    /// How many of its files were written for it; the others it shares with the edition before
    written: i64,
    /// How long its building took, in milliseconds
    duration_ms: i64,
    /// Who asked for it
    actor: String,
    /// Why
    reason: String,
    /// Why it failed
    error: Option<String>,
    /// What its build warned of and published all the same; 100 at most, then how many more there were
    warnings: Vec<String>,
    /// When it was asked for
    created_at: String,
    /// When it last went live
    live_at: Option<String>,
}

/// How far an edition is
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename = "EditionState", rename_all = "lowercase")]
pub(in crate::api) enum State {
    /// Asked for
    Queued,
    /// Built and kept
    Ready,
    /// Could not be built; the live edition stayed
    Failed,
}

/// An edition to be built.
#[derive(Debug, Clone, Object)]
pub(in crate::api) struct EditionNew {
    /// The site, `site_…`
    site: String,
    /// Pages whose newest revisions are approved along with it, `page_…`
    #[oai(default, validator(max_items = 1000))]
    pages: Vec<String>,
    /// Why, for the list of editions
    #[oai(default, validator(max_length = 500))]
    reason: String,
    /// Whether it goes live as soon as it is ready; otherwise it can be looked at and activated
    #[oai(default = "yes")]
    go_live: bool,
}

/// Where an edition can be looked at.
#[derive(Debug, Clone, Object)]
pub(in crate::api) struct Preview {
    /// A signed address; whoever has it can look, for a day
    url: String,
}

#[OpenApi(prefix_path = "/editions", tag = "Tag::Editions")]
impl EditionsApi {
    /// List a site's editions
    ///
    /// Newest first.
    #[oai(path = "/", method = "get", operation_id = "editions_list")]
    async fn list(
        &self,
        who: As<Reader>,
        /// The site, `site_…`
        site: Query<String>,
        /// How many at most
        #[oai(default = "usual", validator(minimum(value = "1"), maximum(value = "100")))]
        limit: Query<u64>,
        /// Those after this one in the list
        starting_after: Query<Option<String>>,
        /// Those before this one in the list
        ending_before: Query<Option<String>>,
    ) -> Result<Fetched<List<Edition>>, Problem> {
        let window = window(limit.0, starting_after.0, ending_before.0)?;
        let scope = sites::scope(&who, &site.0).await?;
        let (found, has_more) = who.rooms.publishing.window(&scope, &window).await?;
        let editions = found.into_iter().map(|edition| Edition::of(&scope, edition)).collect();
        Ok(Fetched::new(List::new("/api/v1/editions", has_more, editions)))
    }

    /// Publish: build an edition of a site
    ///
    /// It holds what is approved, and the pages named here, which are approved with it.
    #[oai(path = "/", method = "post", operation_id = "editions_create")]
    async fn create(&self, who: As<Admin>, new: Body<EditionNew>) -> Result<Accepted<Edition>, Problem> {
        let scope = sites::scope(&who, &new.0.site).await?;
        let pages = page_ids(&new.0.pages)?;
        let publish = Publish { pages, reason: new.0.reason, go_live: new.0.go_live, gate: Gate::Site };
        let id = who.rooms.publishing.publish(&scope, publish).await?;
        let edition = Edition::of(&scope, who.rooms.publishing.edition(&scope, id).await?);
        Ok(Accepted::new(edition).at(format!("/api/v1/editions/{id}")))
    }

    /// Get an edition
    #[oai(path = "/:edition", method = "get", operation_id = "editions_get")]
    async fn get(
        &self,
        who: As<Reader>,
        /// Its id, `ed_…`
        edition: Path<String>,
    ) -> Result<Fetched<Edition>, Problem> {
        let (scope, id) = find(&who, &edition.0).await?;
        Ok(Fetched::new(Edition::of(&scope, who.rooms.publishing.edition(&scope, id).await?)).tagged())
    }

    /// Get an address at which an edition can be looked at
    #[oai(path = "/:edition/preview", method = "post", operation_id = "editions_preview")]
    async fn preview(
        &self,
        who: As<Reader>,
        /// Its id, `ed_…`
        edition: Path<String>,
    ) -> Result<Fetched<Preview>, Problem> {
        let (scope, id) = find(&who, &edition.0).await?;
        Ok(Fetched::new(Preview { url: who.rooms.publishing.preview_address(&scope, id).await? }))
    }

    /// Make an edition the live one
    ///
    /// An older one too: that is how to roll back.
    #[oai(path = "/:edition/activate", method = "post", operation_id = "editions_activate")]
    async fn activate(
        &self,
        who: As<Admin>,
        /// Its id, `ed_…`
        edition: Path<String>,
    ) -> Result<Fetched<Edition>, Problem> {
        let (scope, id) = find(&who, &edition.0).await?;
        who.rooms.publishing.activate(&scope, id).await?;
        Ok(Fetched::new(Edition::of(&scope, who.rooms.publishing.edition(&scope, id).await?)))
    }
}

/// The edition that a request names, with the key to its site.
async fn find<L>(who: &As<L>, id: &str) -> Result<(SiteScope, EditionId), Problem> {
    let missing = || Problem::not_found("edition");
    let id = id.parse().map_err(|_| missing())?;
    if let Some(site) = who.rooms.publishing.site_of(&who.org, id).await? {
        let scope = who.rooms.sites.scope(&who.org, site).await?.ok_or_else(missing)?;
        return Ok((scope, id));
    }
    let removed = who.rooms.publishing.removed(&who.org, id).await?;
    Err(removed.map_or_else(missing, |number| PublishError::Removed { number }.into()))
}

fn page_ids(texts: &[String]) -> Result<Vec<PageId>, Problem> {
    let (mut ids, mut faults) = (Vec::with_capacity(texts.len()), Vec::new());
    for (index, text) in texts.iter().enumerate() {
        match text.parse() {
            Ok(id) => ids.push(id),
            Err(error) => {
                let error: crate::base::ids::BadId = error;
                let message = format!("{error}.");
                faults.push(FieldFault { pointer: format!("/pages/{index}"), code: "id".into(), message });
            }
        }
    }
    if faults.is_empty() { Ok(ids) } else { Err(Problem::invalid(faults)) }
}

impl Edition {
    pub(super) fn of(scope: &SiteScope, edition: publishing::Edition) -> Edition {
        let state = match edition.state {
            publishing::EditionState::Queued => State::Queued,
            publishing::EditionState::Ready => State::Ready,
            publishing::EditionState::Failed => State::Failed,
        };
        Edition {
            id: edition.id.to_string(),
            site: scope.site().to_string(),
            number: edition.number,
            state,
            go_live: edition.go_live,
            files: edition.files,
            bytes: edition.bytes,
            written: edition.written,
            duration_ms: edition.duration_ms,
            actor: edition.actor,
            reason: edition.reason,
            error: edition.error,
            warnings: edition.warnings,
            created_at: time::of(edition.created_at),
            live_at: (edition.live_at > 0).then(|| time::of(edition.live_at)),
        }
    }
}

fn yes() -> bool {
    true
}
