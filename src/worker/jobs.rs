//! Each job: its scope, and the verb of its room.

use std::time::Duration;

use super::Rooms;
use super::outcome::{departed, failed, settled, stopped, without_scope};
use crate::accounts::{AccountError, SendLetter};
use crate::backups::BackupError;
use crate::cdn::PurgeHost;
use crate::db::DbError;
use crate::departures::{ExportOrg, PurgeOrg};
use crate::flags::Flag;
use crate::pages::{CrawlSources, FetchSource, GeneratePage, PageError};
use crate::publishing::{BuildEdition, GRACE, PublishError, PublishPlanned, PurgeChanges, WriteTree};
use crate::queue::{Backoff, Context, Outcome};
use crate::sites::LookAtDomain;
use crate::tenancy::{OrgId, SiteId, SiteScope};
use crate::webhooks::{DeliverWebhook, WebhookError};

/// After how long a job looks again whether what it waits for is switched on: soon at first, and seldom where very many have
/// waited for long, because each look is work for the database.
const SWITCHED_OFF: Backoff = Backoff { base: Duration::from_secs(5), max: Duration::from_secs(60) };
/// After how long a sweep looks again whether blobs are held.
const HELD: Duration = Duration::from_secs(10 * 60);

impl Rooms {
    pub(super) async fn fetch(self, job: FetchSource, context: Context) -> Outcome {
        if let Some(wait) = self.waits_for(Flag::Crawling, job.org).await {
            return wait;
        }
        context.progress(0, 1, "fetching");
        match self.scope(job.org, job.site).await {
            Ok(Some(scope)) => {
                settled(self.pages.fetch(&scope, &job.url).await.map(drop), PageError::is_passing)
            }
            gone => without_scope(gone),
        }
    }

    pub(super) async fn crawl(self, job: CrawlSources, context: Context) -> Outcome {
        if let Some(wait) = self.waits_for(Flag::Crawling, job.org).await {
            return wait;
        }
        match self.scope(job.org, job.site).await {
            Ok(Some(scope)) => {
                let told = |kept: usize| context.progress(kept as u64, 0, "crawling");
                settled(self.pages.crawl(&scope, &job.seed, told).await.map(drop), PageError::is_passing)
            }
            gone => without_scope(gone),
        }
    }

    pub(super) async fn generate(self, job: GeneratePage, context: Context) -> Outcome {
        if let Some(wait) = self.waits_for(Flag::Engines, job.org).await {
            return wait;
        }
        context.progress(0, 2, "writing");
        let scope = match self.scope(job.org, job.site).await {
            Ok(Some(scope)) => scope,
            gone => return without_scope(gone),
        };
        if !job.written {
            let spent = |micros: u64| context.cost(i64::try_from(micros).unwrap_or(i64::MAX));
            let once = match context.once(&GeneratePage { written: true, ..job.clone() }) {
                Ok(once) => once,
                Err(error) => return Outcome::Fail(error.to_string()),
            };
            if let Err(error) = self.pages.generate(&scope, job.page, spent, Some(&once)).await {
                return failed(&error, error.is_passing());
            }
        }
        context.progress(1, 2, "judging");
        // It is written, and was paid for: a judgement that fails now is made again when the page is published.
        if let Err(error) = self.publishing.judge(&scope, job.page).await {
            tracing::warn!(target: "publishing", page = %job.page, %error, "a page was written and could not be judged");
        }
        Outcome::Done
    }

    pub(super) async fn build(self, job: BuildEdition, context: Context) -> Outcome {
        if let Some(wait) = self.waits_for(Flag::Publishing, job.org).await {
            return wait;
        }
        context.progress(0, 1, "building");
        let scope = match self.scope(job.org, job.site).await {
            Ok(Some(scope)) => scope,
            gone => return without_scope(gone),
        };
        let Err(error) = self.publishing.build(&scope, job.edition).await else { return Outcome::Done };
        if error.is_passing() && !context.is_last_attempt() {
            return Outcome::Retry(error.to_string());
        }
        // For good: the edition says so itself, where people look for it.
        let why = error.to_string();
        match self.publishing.give_up(&scope, job.edition, &why).await {
            Ok(()) => Outcome::Fail(why),
            Err(error) => Outcome::Retry(error.to_string()),
        }
    }

    pub(super) async fn publish_planned(self, job: PublishPlanned, context: Context) -> Outcome {
        if let Some(wait) = self.waits_for(Flag::Publishing, job.org).await {
            return wait;
        }
        let scope = match self.scope(job.org, job.site).await {
            Ok(Some(scope)) => scope,
            gone => return without_scope(gone),
        };
        let Err(error) = self.publishing.publish_planned(&scope, &job).await else { return Outcome::Done };
        if error.is_passing() && !context.is_last_attempt() {
            return Outcome::Retry(error.to_string());
        }
        // For good: a page that says it is planned would wait for nothing.
        let why = error.to_string();
        match self.publishing.end_planned(&scope, &job, &why).await {
            Ok(()) => Outcome::Fail(why),
            Err(error) => Outcome::Retry(error.to_string()),
        }
    }

    pub(super) async fn write_tree(self, job: WriteTree) -> Outcome {
        match self.scope(job.org, job.site).await {
            Ok(Some(scope)) => settled(self.publishing.write_tree(&scope).await, PublishError::is_passing),
            gone => without_scope(gone),
        }
    }

    pub(super) async fn purge_changes(self, job: PurgeChanges) -> Outcome {
        match self.scope(job.org, job.site).await {
            Ok(Some(scope)) => {
                settled(self.publishing.purge_changes(&scope, &job).await, PublishError::is_passing)
            }
            gone => without_scope(gone),
        }
    }

    pub(super) async fn purge_host(self, job: PurgeHost) -> Outcome {
        match &self.cdn {
            Some(cdn) => match cdn.purge_host(&job).await {
                // Its record would tell of a host whose owners may be gone.
                Ok(()) => Outcome::Gone,
                // An operator mends the cache or the setting, and the job finds it mended.
                Err(error) => Outcome::Retry(error.to_string()),
            },
            None => Outcome::Gone,
        }
    }

    /// What is not to be kept any more: old editions and exports, blobs that nobody refers to, and what a departure left.
    pub(super) async fn collect(self, context: Context) -> Outcome {
        let collected = async {
            context.progress(0, 3, "old editions");
            for org in self.accounts.every_as_system().await? {
                for scope in self.sites.scopes(&org).await? {
                    self.publishing.prune(&scope).await?;
                    self.publishing.end_lost_plans(&scope).await?;
                }
            }
            context.progress(1, 3, "exports and answers");
            self.departures.expire_exports().await?;
            self.idempotency.purge().await?;
            self.departures.resume().await?;
            self.departures.scrub().await?;
            context.progress(2, 3, "blobs");
            let swept = self.publishing.sweep(GRACE).await?;
            tracing::info!(target: "worker", ?swept, "collected");
            Ok(swept.held)
        };
        match collected.await {
            // It would be a day until the next: blobs of backups that are longer than a night would stay for good.
            Ok(true) => Outcome::NotNow(HELD, "blobs are copied or restored, and none is swept".to_owned()),
            collected => departed(collected.map(drop), &context),
        }
    }

    pub(super) async fn make_backup(self, context: Context) -> Outcome {
        let told = |done, stage: &str| {
            context.progress(done, 0, stage);
            !context.is_cancelled()
        };
        match self.backups.make(&told).await {
            Ok(written) if written.lost.is_empty() => Outcome::Done,
            // Another try would find the same: this is for somebody to look at.
            Ok(written) => {
                for lost in &written.lost.listed {
                    tracing::error!(target: "worker", of = lost.of, why = lost.why, "this is missing from the backup");
                }
                let first = written.lost.listed.first().map(|lost| format!("{}: {}", lost.of, lost.why));
                let (missing, first) = (written.lost.count, first.unwrap_or_default());
                Outcome::Fail(format!("the backup lacks {missing} blobs; the first: {first}"))
            }
            Err(BackupError::CalledOff) => stopped(&context),
            Err(error) => failed(&error, error.is_passing()),
        }
    }

    pub(super) async fn export(self, job: ExportOrg, context: Context) -> Outcome {
        let scope = match self.accounts.as_system(job.org).await {
            Ok(Some(scope)) => scope,
            gone => return without_scope(gone),
        };
        let told = |done, stage: &str| {
            context.progress(done, 0, stage);
            !context.is_cancelled()
        };
        departed(self.departures.make_export(&scope, job.export, told).await, &context)
    }

    pub(super) async fn purge(self, job: PurgeOrg, context: Context) -> Outcome {
        let told = |done, stage: &str| context.progress(done, 8, stage);
        match self.departures.purge(job.org, told).await {
            // This job's row is the last that names the organisation.
            Ok(()) => Outcome::Gone,
            // Whatever it is: it has to be done in the end.
            Err(error) => Outcome::Retry(error.to_string()),
        }
    }

    pub(super) async fn send_letter(self, job: SendLetter, context: Context) -> Outcome {
        settled(self.accounts.deliver(&job, context.id()).await, AccountError::is_passing)
    }

    pub(super) async fn look_at_domain(self, job: LookAtDomain) -> Outcome {
        let scope = match self.scope(job.org, job.site).await {
            Ok(Some(scope)) => scope,
            gone => return without_scope(gone),
        };
        let host = match self.domains.look(&scope, job.domain).await {
            Ok(false) => job.name.parse().ok(),
            Ok(true) => None,
            Err(error) => return failed(&error, error.is_passing()),
        };
        let Some(host) = host else { return Outcome::Done };
        let left = async {
            self.publishing.clear_host(&scope, &host).await?;
            self.publishing.leave_host(scope.org(), &host).await
        };
        settled(left.await, PublishError::is_passing)
    }

    pub(super) async fn look_at_domains(self) -> Outcome {
        let due = match self.domains.due().await {
            Ok(due) => due,
            Err(error) => return Outcome::Retry(error.to_string()),
        };
        for (org, domain) in due {
            let looked = match self.accounts.as_system(org).await {
                Ok(Some(org)) => self.domains.look_again(&org, &domain).await,
                Ok(None) => Ok(()),
                Err(error) => Err(error.into()),
            };
            if let Err(error) = looked {
                return failed(&error, error.is_passing());
            }
        }
        Outcome::Done
    }

    pub(super) async fn deliver_webhook(self, job: DeliverWebhook) -> Outcome {
        if let Some(wait) = self.waits_for(Flag::Webhooks, job.org).await {
            return wait;
        }
        let scope = match self.accounts.as_system(job.org).await {
            Ok(Some(scope)) => scope,
            gone => return without_scope(gone),
        };
        settled(self.webhooks.attempt(&scope, &job).await, WebhookError::is_passing)
    }

    /// A job that the operator has switched off waits, and loses no attempt by that.
    async fn waits_for(&self, flag: Flag, org: OrgId) -> Option<Outcome> {
        let off = self.flags.check(flag, Some(org)).await.err()?;
        Some(Outcome::NotYet(SWITCHED_OFF, off.to_string()))
    }

    async fn scope(&self, org: OrgId, site: SiteId) -> Result<Option<SiteScope>, DbError> {
        match self.accounts.as_system(org).await? {
            Some(org) => self.sites.scope(&org, site).await,
            None => Ok(None),
        }
    }
}
