//! Exports of organisations: asked for, made by a job, kept for some days.

use std::time::Duration;

use bytes::Bytes;
use futures_util::Stream;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::purge::EXPORTS;
use super::store::{self, Row};
use super::{DepartureError, Departures, export};
use crate::accounts::AccountError;
use crate::events::Happened;
use crate::id_kind;
use crate::queue::{Enqueued, Job, JobId, NewJob, Policy, QueueError, State};
use crate::storage::{Reading, StorageError};
use crate::tenancy::{OrgId, OrgScope, Role};

id_kind!(/// An archive of everything that an organisation has.
    ExportId, ExportKindOfId, "exp");

/// How long an archive can be downloaded.
const KEPT: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// Make an archive of everything that an organisation has. Done again it makes it anew.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ExportOrg {
    /// The organisation.
    pub org: OrgId,
    /// The export.
    pub export: ExportId,
}

impl Job for ExportOrg {
    const NAME: &'static str = "departures.export";

    fn policy() -> Policy {
        let timeout = Duration::from_secs(6 * 60 * 60);
        Policy { attempts: 3, timeout, concurrency: Some(2), ..Policy::default() }
    }
}

/// How far an export is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExportState {
    /// Its job waits or works.
    Queued,
    /// It can be downloaded.
    Ready,
    /// It could not be made, or was called off.
    Failed,
}

impl ExportState {
    /// The word on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            ExportState::Queued => "queued",
            ExportState::Ready => "ready",
            ExportState::Failed => "failed",
        }
    }
}

/// An export.
#[derive(Debug, Clone)]
pub struct Export {
    /// Its id.
    pub id: ExportId,
    /// How far it is.
    pub state: ExportState,
    /// The job that makes it: its progress, and where it is called off.
    pub job: JobId,
    /// Who asked for it.
    pub actor: String,
    /// When, in milliseconds since the epoch.
    pub created_at: i64,
    /// Until when it can be downloaded.
    pub expires_at: i64,
    /// Its length, once it is ready.
    pub bytes: u64,
    /// Why it failed.
    pub error: Option<String>,
}

/// An archive that is being downloaded.
pub struct Download<S> {
    /// What to call the file.
    pub name: String,
    /// Its length in bytes.
    pub len: u64,
    /// Its content, bit by bit.
    pub content: S,
}

impl Departures {
    /// Asks for an archive of everything that the organisation has. Asked again while one is under way, it is that one.
    ///
    /// # Errors
    /// [`AccountError::Forbidden`] for members.
    pub async fn request_export(&self, scope: &OrgScope) -> Result<Export, DepartureError> {
        may_export(scope)?;
        let Departures { parts } = self;
        let id: ExportId = parts.ids.new_id();
        let job = NewJob::new(ExportOrg { org: scope.org(), export: id }).org(scope.org()).dedup("all");
        let mut tx = parts.db.write_system().await?;
        let now = parts.clock.millis();
        let row = match parts.queue.enqueue(&mut tx, job).await? {
            Enqueued::Existing(job) => {
                store::of_job(&tx, scope, job).await?.ok_or(DepartureError::NotFound(id))?
            }
            Enqueued::New(job) => {
                let (actor, expires_at) = (scope.actor().to_string(), now.saturating_add(kept()));
                let row = Row { id, job, actor, created_at: now, ready_at: 0, expires_at, bytes: 0 };
                store::insert(&tx, scope, &row).await?;
                let happened =
                    Happened { kind: "org.export_requested", subject: id.to_string(), data: json!({}) };
                parts.events.record(&mut tx, scope.org(), scope.actor(), happened);
                row
            }
        };
        tx.conclude().await?;
        self.told(scope, row).await
    }

    /// The organisation's exports that are not over, newest first.
    ///
    /// # Errors
    /// [`AccountError::Forbidden`] for members.
    pub async fn exports(&self, scope: &OrgScope) -> Result<Vec<Export>, DepartureError> {
        may_export(scope)?;
        let mut exports = Vec::new();
        for row in store::list(&self.parts.db, scope, self.parts.clock.millis()).await? {
            exports.push(self.told(scope, row).await?);
        }
        Ok(exports)
    }

    /// One of the organisation's exports.
    ///
    /// # Errors
    /// [`DepartureError::NotFound`], also when it is over; [`AccountError::Forbidden`] for members.
    pub async fn export(&self, scope: &OrgScope, id: ExportId) -> Result<Export, DepartureError> {
        may_export(scope)?;
        let row = store::get(&self.parts.db, scope, id).await?;
        let row = row.filter(|row| row.expires_at > self.parts.clock.millis());
        self.told(scope, row.ok_or(DepartureError::NotFound(id))?).await
    }

    /// The archive of an export.
    ///
    /// # Errors
    /// As [`Departures::export`]; [`DepartureError::NotReady`].
    pub async fn download(
        &self,
        scope: &OrgScope,
        id: ExportId,
    ) -> Result<Download<impl Stream<Item = Result<Bytes, StorageError>> + Send + use<>>, DepartureError>
    {
        let export = self.export(scope, id).await?;
        if export.state != ExportState::Ready {
            return Err(DepartureError::NotReady(export.state.as_str()));
        }
        let found = self.parts.storage.artefact(EXPORTS, &file_name(id)).await?;
        let Reading { len, content } = found.ok_or(DepartureError::NotFound(id))?;
        let org = self.parts.accounts.org(scope).await?.ok_or(DepartureError::NotFound(id))?;
        Ok(Download { name: format!("{}-{id}.zip", org.slug), len, content })
    }

    /// Makes the archive of a job. `told` hears how many things it holds and what is being put into it, and says whether to go
    /// on.
    ///
    /// # Errors
    /// [`DepartureError::CalledOff`]; nothing is left of the archive then.
    pub async fn make_export(
        &self,
        scope: &OrgScope,
        id: ExportId,
        told: impl Fn(u64, &str) -> bool + Send + Sync,
    ) -> Result<(), DepartureError> {
        let Departures { parts } = self;
        let name = file_name(id);
        let bytes = export::organisation(parts, scope, &name, &told).await?;
        let mut tx = parts.db.write_system().await?;
        let now = parts.clock.millis();
        if !store::set_ready(&tx, scope, id, bytes, (now, now.saturating_add(kept()))).await? {
            // Removed meanwhile, and so is what it was for.
            tx.rollback().await?;
            return Ok(parts.storage.remove_artefact(EXPORTS, &name).await?);
        }
        let happened =
            Happened { kind: "org.exported", subject: id.to_string(), data: json!({ "bytes": bytes }) };
        parts.events.record(&mut tx, scope.org(), scope.actor(), happened);
        Ok(tx.commit().await?)
    }

    /// Removes archives that are over, and those that nobody knows of: their job was cut off for good.
    ///
    /// # Errors
    /// When something can't be removed now.
    pub async fn expire_exports(&self) -> Result<(), DepartureError> {
        let Departures { parts } = self;
        let over = store::over(&parts.db, parts.clock.millis()).await?;
        store::forget(&parts.db, &over).await?;
        // In this order: an archive that comes up in between has its row already.
        let kept = parts.storage.artefacts(EXPORTS).await?;
        let known = store::every(&parts.db).await?;
        for name in kept {
            if !known.iter().any(|id| name.strip_suffix(".zip") == Some(id)) {
                parts.storage.remove_artefact(EXPORTS, &name).await?;
            }
        }
        Ok(())
    }

    /// An export as its row and its job tell it.
    async fn told(&self, scope: &OrgScope, row: Row) -> Result<Export, DepartureError> {
        if row.ready_at > 0 {
            return Ok(export(row, ExportState::Ready, None));
        }
        let job = match self.parts.queue.get(scope, row.job).await {
            Ok(job) if !job.state.is_final() => return Ok(export(row, ExportState::Queued, None)),
            Ok(job) => Some(job),
            Err(QueueError::NotFound) => None,
            Err(error) => return Err(error.into()),
        };
        // It may have become ready between the two questions.
        let again = store::get(&self.parts.db, scope, row.id).await?;
        if let Some(ready) = again.filter(|again| again.ready_at > 0) {
            return Ok(export(ready, ExportState::Ready, None));
        }
        let error = job.and_then(|job| match job.state {
            State::Cancelled => Some("it was called off".to_owned()),
            _ => job.cause,
        });
        Ok(export(row, ExportState::Failed, error))
    }
}

fn export(row: Row, state: ExportState, error: Option<String>) -> Export {
    let Row { id, job, actor, created_at, expires_at, bytes, .. } = row;
    Export { id, state, job, actor, created_at, expires_at, bytes, error }
}

/// What an archive is called in storage.
pub(super) fn file_name(id: ExportId) -> String {
    format!("{id}.zip")
}

fn may_export(scope: &OrgScope) -> Result<(), DepartureError> {
    if scope.role() >= Role::Admin {
        return Ok(());
    }
    Err(AccountError::Forbidden("owners and admins").into())
}

fn kept() -> i64 {
    i64::try_from(KEPT.as_millis()).unwrap_or(i64::MAX)
}
