//! Building an edition, as a job: gather, render what changed, keep, flip.

mod gather;
mod warnings;

use std::time::Instant;

use press::{Delta, Press};
use serde::{Deserialize, Serialize};
use serde_json::json;
use tracing::Instrument;

use self::gather::Gathered;
use super::model::{Edition, EditionId, EditionState};
use super::presses::Warm;
use super::{PublishError, Publishing, sink, store};
use crate::db::WriteTx;
use crate::events::Happened;
use crate::marks;
use crate::queue::{Backoff, Job, Policy};
use crate::storage::{BlobHash, Epoch};
use crate::tenancy::{OrgId, SiteId, SiteScope};

/// Build an edition and make it live. Done again it finds the edition ready and does nothing; one that has failed it
/// builds again, unless a newer one is live.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct BuildEdition {
    /// Whose site it is.
    pub org: OrgId,
    /// The site.
    pub site: SiteId,
    /// The edition.
    pub edition: EditionId,
}

impl Job for BuildEdition {
    const NAME: &'static str = "publishing.build";

    fn policy() -> Policy {
        // A full disk or a bucket that is away is worth a few tries in quick succession: somebody waits.
        let backoff =
            Backoff { base: std::time::Duration::from_secs(2), max: std::time::Duration::from_secs(60) };
        Policy { attempts: 5, backoff, ..Policy::default() }
    }
}

/// A step of a build, as traces show it.
macro_rules! step {
    ($name:literal) => {
        tracing::info_span!(target: "publishing", $name)
    };
}

/// What came of rendering.
struct Rendered {
    /// The press as it is then.
    warm: Warm,
    /// How many files were written.
    written: u64,
    /// What is to be told of it.
    warnings: Vec<String>,
}

impl Publishing {
    /// Builds the edition, if that is still to be done, and flips to it unless a newer one is live already.
    ///
    /// # Errors
    /// [`PublishError::Faults`] with all faults of content and theme, [`PublishError::GivenUp`]. The live edition stays what
    /// it was.
    pub async fn build(&self, scope: &SiteScope, id: EditionId) -> Result<Edition, PublishError> {
        let mut edition = self.edition(scope, id).await?;
        match edition.state {
            EditionState::Ready => return Ok(edition),
            EditionState::Queued => {}
            EditionState::Failed => edition = self.take_up_again(scope, id).await?,
        }
        let started = Instant::now();
        let built = self.build_anew(scope, edition, started).await;
        let outcome = match &built {
            Ok(_) => "ready",
            Err(PublishError::GivenUp { .. }) => "given_up",
            Err(PublishError::Faults(_)) => "faults",
            Err(_) => "failed",
        };
        marks::edition_ended(outcome, started.elapsed());
        built
    }

    async fn build_anew(
        &self,
        scope: &SiteScope,
        mut edition: Edition,
        started: Instant,
    ) -> Result<Edition, PublishError> {
        let id = edition.id;
        // One edition of a site at a time. The press is taken out: if anything fails it is gone, and the next edition
        // starts from the database again.
        let mut slot = self.presses.lock(scope.site()).await;
        // Before anything is kept: see `storage::Epochs`.
        let epoch = self.epochs.now().await?;
        let gathering = step!("publishing.gather");
        let gathered = self.gather(scope, slot.take()).instrument(gathering).await?;
        let base = gathered.base.map(|(_, edition)| edition);
        let Rendered { warm, written, warnings } =
            self.render(gathered, id).instrument(step!("publishing.render")).await?;
        let keep = async {
            let manifest = self.with_redirects(scope, warm.manifest).await?;
            let totals = self.manifests.totals(manifest).await?;
            self.storage.settle().await?;
            Ok::<_, PublishError>((manifest, totals))
        };
        let (manifest, totals) = keep.instrument(step!("publishing.keep")).await?;

        let count = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        edition.manifest = Some(manifest);
        edition.pressed = (manifest != warm.manifest).then_some(warm.manifest);
        (edition.files, edition.bytes) = (count(totals.files), count(totals.bytes));
        (edition.written, edition.state) = (count(written), EditionState::Ready);
        edition.warnings = warnings;
        edition.duration_ms = i64::try_from(started.elapsed().as_millis()).unwrap_or(i64::MAX);
        let flip = self.finish(scope, &edition, base, epoch).instrument(step!("publishing.flip"));
        if flip.await? {
            *slot = Some(warm);
        }
        let edition = self.edition(scope, id).await?;
        match edition.state {
            EditionState::Ready => Ok(edition),
            _ => Err(given_up(edition)),
        }
    }

    /// Puts an edition that has failed back: a person tries its job again. One that readers have got past stays as it is,
    /// because it would be older by its number and newer by its content.
    async fn take_up_again(&self, scope: &SiteScope, id: EditionId) -> Result<Edition, PublishError> {
        let tx = self.db.write_of(scope).await?;
        let live = self.sites.live_edition(&tx, scope).await?;
        let edition = store::get_on(tx.conn(), scope, &id.to_string()).await?;
        let edition = edition.ok_or(PublishError::NotFound(id))?;
        let live = match live {
            Some(live) => store::get_on(tx.conn(), scope, &live).await?,
            None => None,
        };
        if live.is_some_and(|live| live.number > edition.number) {
            return Err(given_up(edition));
        }
        store::set_queued(&tx, scope, id).await?;
        tx.commit().await?;
        Ok(Edition { state: EditionState::Queued, error: None, ..edition })
    }

    /// Renders into storage.
    async fn render(&self, gathered: Gathered, edition: EditionId) -> Result<Rendered, PublishError> {
        let Gathered { mut press, plan, texts, content_seq, settings_seq, base } = gathered;
        let (collector, packed) = sink::collector();
        let rendering = tokio::task::spawn_blocking(move || {
            let done: Result<Delta, _> = press.render(plan, &texts, &collector);
            (press, done, collector.into_removed())
        });
        // Storage first: when it gives up, the press fails too, but only because of that.
        let kept = sink::keep(self.storage.clone(), packed).await;
        let (press, done, removed) =
            rendering.await.map_err(|error| PublishError::Rendering(error.to_string()))?;
        let entries = kept?;
        let delta = done.map_err(PublishError::Faults)?;
        let written = entries.len() as u64;
        let manifest: BlobHash = self.manifests.update(base.map(|(root, _)| root), entries, removed).await?;
        let warm = Warm { press, content_seq, settings_seq, manifest, edition };
        Ok(Rendered { warm, written, warnings: warnings::kept(&delta.warnings) })
    }

    /// The edition is ready and, where it should be, live; `false` when it was given up meanwhile.
    async fn finish(
        &self,
        scope: &SiteScope,
        edition: &Edition,
        base: Option<EditionId>,
        mut epoch: Epoch,
    ) -> Result<bool, PublishError> {
        loop {
            let tx = self.db.write_of(scope).await?;
            if self.epochs.is_still(&tx, epoch).await? {
                return self.finish_in(tx, scope, edition, base).await;
            }
            // A sweep has looked while it was built: what it found unreferenced may be needed now.
            tx.rollback().await?;
            epoch = self.epochs.now().await?;
            self.ensure(edition).await?;
        }
    }

    /// One transaction.
    async fn finish_in(
        &self,
        mut tx: WriteTx,
        scope: &SiteScope,
        edition: &Edition,
        base: Option<EditionId>,
    ) -> Result<bool, PublishError> {
        // Locks the site: two workers that finish at once decide one after the other.
        let live = self.sites.live_edition(&tx, scope).await?;
        // What was not written for it lies there for the sake of the edition that it was built on.
        if let Some(base) = base
            && store::get_on(tx.conn(), scope, &base.to_string()).await?.is_none()
        {
            return Err(PublishError::Swept);
        }
        if !store::set_ready(&tx, scope, edition).await? {
            return Ok(false);
        }
        // As it is now: a person may have chosen another edition while this one was built.
        let asked = store::get_on(tx.conn(), scope, &edition.id.to_string()).await?;
        let live = match live {
            Some(live) => store::get_on(tx.conn(), scope, &live).await?,
            None => None,
        };
        if asked.is_some_and(|asked| asked.go_live) && live.is_none_or(|live| live.number < edition.number) {
            self.flip(&mut tx, scope, edition).await?;
        }
        tx.commit().await?;
        Ok(true)
    }

    /// Notes that an edition could not be built, for good. Readers keep the one they have.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn give_up(&self, scope: &SiteScope, id: EditionId, why: &str) -> Result<(), PublishError> {
        let org = scope.org();
        let mut tx = self.db.write_of(scope).await?;
        if !store::set_failed(&tx, scope, id, why).await? {
            return Ok(());
        }
        let data = json!({ "site": scope.site(), "why": why });
        let happened = Happened { kind: "edition.failed", subject: id.to_string(), data };
        self.events.record(&mut tx, org.org(), org.actor(), happened);
        Ok(tx.commit().await?)
    }
}

fn given_up(edition: Edition) -> PublishError {
    PublishError::GivenUp { number: edition.number, why: edition.error.unwrap_or_default() }
}

/// A press for the site's settings, with nothing in it. What is wrong with the settings or the theme is told by its first
/// plan, together with the faults of the content.
pub(super) fn fresh_press(
    publishing: &Publishing,
    settings: &str,
    base_url: &str,
) -> Result<Press, PublishError> {
    let (config, faults) = press::SiteConfig::read(settings, Some(base_url));
    let theme = publishing.themes.get(&config.theme);
    Press::open((config, faults), theme).map_err(PublishError::Faults)
}
