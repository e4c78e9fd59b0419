//! `/orgs`: the organisation, what it uses, and what it takes along when it leaves.

mod usage;

pub(in crate::api) use self::usage::UsageApi;

use poem_openapi::param::{Path, Query};
use poem_openapi::{Enum, Object, OpenApi};

use super::jobs::{self, Job};
use super::{Tag, time};
use crate::api::answer::{Accepted, Fetched, Gone};
use crate::api::body::Body;
use crate::api::caller::{Admin, As, Reader};
use crate::api::download::Download;
use crate::api::list::List;
use crate::api::problem::Problem;
use crate::departures::{self, ExportId};
use crate::tenancy::Role;

pub(in crate::api) struct OrgsApi;

/// The organisation that a credential opens.
#[derive(Debug, Clone, Object)]
pub(in crate::api) struct Org {
    /// Its id, `org_…`
    id: String,
    /// Its short name in addresses
    slug: String,
    /// Its name
    name: String,
    /// What the caller may do in it
    role: RoleWord,
}

/// What a member may do
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename = "Role", rename_all = "lowercase")]
pub(in crate::api) enum RoleWord {
    /// Writes and reviews
    Member,
    /// Also invites, publishes and sets up
    Admin,
    /// Also pays and deletes
    Owner,
}

/// What is to change; what is left out stays.
#[derive(Debug, Clone, Object)]
pub(in crate::api) struct OrgChange {
    /// Its name
    #[oai(validator(min_length = 1, max_length = 120))]
    name: Option<String>,
}

/// An archive of everything that the organisation has.
#[derive(Debug, Clone, Object)]
pub(in crate::api) struct Export {
    /// Its id, `exp_…`
    id: String,
    /// How far it is
    state: ExportState,
    /// The job that makes it, `job_…`
    job: String,
    /// Who asked for it
    actor: String,
    /// When
    created_at: String,
    /// Until when it can be downloaded
    expires_at: String,
    /// Its length in bytes, once it is ready
    bytes: Option<u64>,
    /// The path of its download, once it is ready
    download: Option<String>,
    /// Why it failed
    error: Option<String>,
}

/// How far an export is
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "lowercase")]
pub(in crate::api) enum ExportState {
    /// Its job waits or works
    Queued,
    /// It can be downloaded
    Ready,
    /// It could not be made, or was called off
    Failed,
}

#[OpenApi(prefix_path = "/orgs", tag = "Tag::Orgs")]
impl OrgsApi {
    /// Get the organisation of the credential
    #[oai(path = "/current", method = "get", operation_id = "orgs_current")]
    async fn current(&self, who: As<Reader>) -> Result<Fetched<Org>, Problem> {
        Ok(Fetched::new(shown(&who).await?).tagged())
    }

    /// Change the organisation
    ///
    /// Its slug stays: addresses lead on.
    #[oai(path = "/current", method = "patch", operation_id = "orgs_update")]
    async fn update(&self, who: As<Admin>, change: Body<OrgChange>) -> Result<Fetched<Org>, Problem> {
        if let Some(name) = &change.0.name {
            who.rooms.accounts.rename(&who.org, name).await?;
        }
        Ok(Fetched::new(shown(&who).await?).tagged())
    }

    /// Delete the organisation
    ///
    /// Its sites go dark at once, its keys and invitations end, and everything that it has is removed. Nobody can bring it
    /// back: export it first. For owners alone, and a key is never one: it takes an owner's session or token.
    #[oai(path = "/current", method = "delete", operation_id = "orgs_delete")]
    async fn delete(
        &self,
        who: As<Admin>,
        /// Its name, exactly: proof that it is meant
        name: Query<String>,
    ) -> Result<Gone, Problem> {
        who.needs(Role::Owner)?;
        who.rooms.departures.delete(&who.org, &name.0).await?;
        Ok(Gone)
    }

    /// Export the organisation
    ///
    /// Everything that it has goes into one ZIP archive: members, sites with their settings, pages with all revisions and
    /// claims, sources, files, lists of editions and the audit log. Secrets don't. Asked for again while one is under way,
    /// it is that one. When the job is done, the list of exports leads to the download.
    #[oai(path = "/current/export", method = "post", operation_id = "orgs_export")]
    async fn export(&self, who: As<Admin>) -> Result<Accepted<Job>, Problem> {
        let export = who.rooms.departures.request_export(&who.org).await?;
        jobs::accepted(&who, export.job).await
    }

    /// List the exports
    ///
    /// Newest first, as long as they can be downloaded: seven days.
    #[oai(path = "/current/exports", method = "get", operation_id = "exports_list")]
    async fn exports(&self, who: As<Admin>) -> Result<Fetched<List<Export>>, Problem> {
        let exports = who.rooms.departures.exports(&who.org).await?;
        let exports = exports.into_iter().map(Export::from).collect();
        Ok(Fetched::new(List::new("/api/v1/orgs/current/exports", false, exports)))
    }

    /// Get an export
    #[oai(path = "/current/exports/:export", method = "get", operation_id = "exports_get")]
    async fn get_export(
        &self,
        who: As<Admin>,
        /// Its id, `exp_…`
        export: Path<String>,
    ) -> Result<Fetched<Export>, Problem> {
        let id = export_id(&export.0)?;
        Ok(Fetched::new(who.rooms.departures.export(&who.org, id).await?.into()))
    }

    /// Download an export
    #[oai(path = "/current/exports/:export/archive", method = "get", operation_id = "exports_download")]
    async fn download(
        &self,
        who: As<Admin>,
        /// Its id, `exp_…`
        export: Path<String>,
    ) -> Result<Download, Problem> {
        let id = export_id(&export.0)?;
        let departures::Download { name, len, content } = who.rooms.departures.download(&who.org, id).await?;
        Ok(Download::new(&name, len, content))
    }
}

async fn shown<L>(who: &As<L>) -> Result<Org, Problem> {
    let org = who.rooms.accounts.org(&who.org).await?.ok_or_else(|| Problem::not_found("organisation"))?;
    Ok(Org { id: org.id.to_string(), slug: org.slug, name: org.name, role: who.org.role().into() })
}

fn export_id(text: &str) -> Result<ExportId, Problem> {
    text.parse().map_err(|_| Problem::not_found("export"))
}

impl From<departures::Export> for Export {
    fn from(export: departures::Export) -> Export {
        let state = match export.state {
            departures::ExportState::Queued => ExportState::Queued,
            departures::ExportState::Ready => ExportState::Ready,
            departures::ExportState::Failed => ExportState::Failed,
        };
        let ready = state == ExportState::Ready;
        Export {
            id: export.id.to_string(),
            state,
            job: export.job.to_string(),
            actor: export.actor,
            created_at: time::of(export.created_at),
            expires_at: time::of(export.expires_at),
            bytes: ready.then_some(export.bytes),
            download: ready.then(|| format!("/api/v1/orgs/current/exports/{}/archive", export.id)),
            error: export.error,
        }
    }
}

impl From<Role> for RoleWord {
    fn from(role: Role) -> RoleWord {
        match role {
            Role::Member => RoleWord::Member,
            Role::Admin => RoleWord::Admin,
            Role::Owner => RoleWord::Owner,
        }
    }
}

impl From<RoleWord> for Role {
    fn from(word: RoleWord) -> Role {
        match word {
            RoleWord::Member => Role::Member,
            RoleWord::Admin => Role::Admin,
            RoleWord::Owner => Role::Owner,
        }
    }
}
