//! What does the jobs of each room: reads the job, gets the scope that it was enqueued under, calls the room.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;

use crate::accounts::{Accounts, SendLetter};
use crate::db::DbError;
use crate::departures::{DepartureError, Departures, ExportOrg, PurgeOrg};
use crate::pages::{CrawlSources, FetchSource, GeneratePage, PageError, Pages};
use crate::publishing::{
    BuildEdition, CollectGarbage, GRACE, PublishError, PublishPlanned, Publishing, WriteTree,
};
use crate::queue::{Context, DEFAULT_QUEUE, Handlers, Outcome, Queue, Worker, WorkerConfig};
use crate::sites::{Domains, LookAtDomain, LookAtDomains, SiteError, Sites};
use crate::tenancy::{OrgId, SiteId, SiteScope};
use crate::webhooks::{self, DeliverWebhook, Webhooks};

/// The rooms whose jobs are done.
#[derive(Clone)]
pub struct Rooms {
    /// Makes the scope of the organisation.
    pub accounts: Accounts,
    /// Makes the scope of the site.
    pub sites: Sites,
    /// Looks whether domains are proved.
    pub domains: Domains,
    /// Sources and pages.
    pub pages: Pages,
    /// Editions.
    pub publishing: Publishing,
    /// Webhooks.
    pub webhooks: Arc<Webhooks>,
    /// Exports and deletions.
    pub departures: Departures,
}

/// Each night, when few publish.
const NIGHTLY: &str = "23 3 * * *";

/// Attempts at webhooks that one process makes at once. Each waits for somebody else's server and costs next to nothing.
const WEBHOOK_SLOTS: u32 = 32;

/// The work of this process. Dropped without [`Work::drain`] it stops at once, as if it were killed.
pub struct Work {
    usual: Worker,
    webhooks: Worker,
    /// Hands out events to webhooks; ends when dropped.
    _followers: JoinSet<()>,
}

/// Starts working off jobs in this process: `slots` at once, and webhooks beside them.
pub fn start(queue: Queue, rooms: Rooms, slots: u32, keep: Duration) -> Work {
    let mut followers = JoinSet::new();
    followers.spawn(rooms.webhooks.clone().follow());
    let handlers = handlers(rooms);
    let config = |slots, queue| WorkerConfig { slots, queues: vec![queue], keep, ..WorkerConfig::default() };
    Work {
        usual: Worker::start(queue.clone(), handlers.clone(), config(slots, DEFAULT_QUEUE)),
        webhooks: Worker::start(queue, handlers, config(WEBHOOK_SLOTS, webhooks::QUEUE)),
        _followers: followers,
    }
}

impl Work {
    /// Takes no more jobs and waits for those at work, as [`Worker::drain`] does.
    pub async fn drain(self, within: Duration) {
        tokio::join!(self.usual.drain(within), self.webhooks.drain(within));
    }

    /// Waits until nothing is running and nothing is due, in any process and of any kind.
    pub async fn idle(&self) {
        self.usual.idle().await;
    }
}

/// How often domains are looked for that are to be looked at again.
const DOMAINS: &str = "*/10 * * * *";

fn handlers(rooms: Rooms) -> Handlers {
    let (fetch, crawl, generate) = (rooms.clone(), rooms.clone(), rooms.clone());
    let (build, tree, letter, webhook) = (rooms.clone(), rooms.clone(), rooms.clone(), rooms.clone());
    let (domain, domains) = (rooms.clone(), rooms.clone());
    let planned = rooms.clone();
    let (collect, export, purge) = (rooms.clone(), rooms.clone(), rooms);
    let handlers = Handlers::new()
        .on::<FetchSource, _, _>(move |job, context| fetch.clone().fetch(job, context))
        .on::<CrawlSources, _, _>(move |job, context| crawl.clone().crawl(job, context))
        .on::<GeneratePage, _, _>(move |job, context| generate.clone().generate(job, context))
        .on::<BuildEdition, _, _>(move |job, context| build.clone().build(job, context))
        .on::<PublishPlanned, _, _>(move |job, _| planned.clone().publish_planned(job))
        .on::<WriteTree, _, _>(move |job, _| tree.clone().write_tree(job))
        .on::<SendLetter, _, _>(move |job, context| letter.clone().send_letter(job, context))
        .on::<LookAtDomain, _, _>(move |job, _| domain.clone().look_at_domain(job))
        .on::<LookAtDomains, _, _>(move |_, _| domains.clone().look_at_domains())
        .on::<DeliverWebhook, _, _>(move |job, _| webhook.clone().deliver_webhook(job))
        .on::<CollectGarbage, _, _>(move |_, context| collect.clone().collect(context))
        .on::<ExportOrg, _, _>(move |job, context| export.clone().export(job, context))
        .on::<PurgeOrg, _, _>(move |job, context| purge.clone().purge(job, context));
    let scheduled = handlers.clone().every(DOMAINS, |_| LookAtDomains {});
    let scheduled = scheduled.and_then(|handlers| handlers.every(NIGHTLY, |_| CollectGarbage {}));
    scheduled.unwrap_or_else(|error| {
        tracing::error!(target: "worker", %error, "domains are looked at on demand alone, and nothing is collected");
        handlers
    })
}

impl Rooms {
    async fn fetch(self, job: FetchSource, context: Context) -> Outcome {
        context.progress(0, 1, "fetching");
        match self.scope(job.org, job.site).await {
            Ok(Some(scope)) => page_outcome(self.pages.fetch(&scope, &job.url).await.map(drop)),
            gone => without_scope(gone),
        }
    }

    async fn crawl(self, job: CrawlSources, context: Context) -> Outcome {
        match self.scope(job.org, job.site).await {
            Ok(Some(scope)) => {
                let told = |kept: usize| context.progress(kept as u64, 0, "crawling");
                page_outcome(self.pages.crawl(&scope, &job.seed, told).await.map(drop))
            }
            gone => without_scope(gone),
        }
    }

    async fn generate(self, job: GeneratePage, context: Context) -> Outcome {
        context.progress(0, 2, "writing");
        let scope = match self.scope(job.org, job.site).await {
            Ok(Some(scope)) => scope,
            gone => return without_scope(gone),
        };
        let written = self.pages.generate(&scope, job.page).await;
        let micros = written.as_ref().map_or_else(PageError::cost_micros, |micros| *micros);
        context.cost(i64::try_from(micros).unwrap_or(i64::MAX));
        if let Err(error) = written {
            return page_outcome(Err(error));
        }
        context.progress(1, 2, "judging");
        // It is written, and was paid for: a judgement that fails now is made again when the page is published.
        if let Err(error) = self.publishing.judge(&scope, job.page).await {
            tracing::warn!(target: "publishing", page = %job.page, %error, "a page was written and could not be judged");
        }
        Outcome::Done
    }

    async fn build(self, job: BuildEdition, context: Context) -> Outcome {
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

    async fn publish_planned(self, job: PublishPlanned) -> Outcome {
        match self.scope(job.org, job.site).await {
            Ok(Some(scope)) => publish_outcome(self.publishing.publish_planned(&scope, &job).await),
            gone => without_scope(gone),
        }
    }

    async fn write_tree(self, job: WriteTree) -> Outcome {
        match self.scope(job.org, job.site).await {
            Ok(Some(scope)) => publish_outcome(self.publishing.write_tree(&scope).await),
            gone => without_scope(gone),
        }
    }

    /// What is not to be kept any more: old editions and exports, blobs that nobody refers to, and what a departure left.
    async fn collect(self, context: Context) -> Outcome {
        let collected = async {
            context.progress(0, 3, "old editions");
            for org in self.accounts.every_as_system().await? {
                for scope in self.sites.scopes(&org).await? {
                    self.publishing.prune(&scope).await?;
                }
            }
            context.progress(1, 3, "exports");
            self.departures.expire_exports().await?;
            self.departures.resume().await?;
            context.progress(2, 3, "blobs");
            let swept = self.publishing.sweep(GRACE).await?;
            tracing::info!(target: "worker", ?swept, "collected");
            Ok(())
        };
        departure_outcome(collected.await)
    }

    async fn export(self, job: ExportOrg, context: Context) -> Outcome {
        let scope = match self.accounts.as_system(job.org).await {
            Ok(Some(scope)) => scope,
            gone => return without_scope(gone),
        };
        let told = |done, stage: &str| {
            context.progress(done, 0, stage);
            !context.is_cancelled()
        };
        departure_outcome(self.departures.make_export(&scope, job.export, told).await)
    }

    async fn purge(self, job: PurgeOrg, context: Context) -> Outcome {
        let told = |done, stage: &str| context.progress(done, 8, stage);
        match self.departures.purge(job.org, told).await {
            // This job's row is the last that names the organisation.
            Ok(()) => Outcome::Gone,
            // Whatever it is: it has to be done in the end.
            Err(error) => Outcome::Retry(error.to_string()),
        }
    }

    async fn send_letter(self, job: SendLetter, context: Context) -> Outcome {
        match self.accounts.deliver(&job, context.id()).await {
            Ok(()) => Outcome::Done,
            Err(error) if error.is_passing() => Outcome::Retry(error.to_string()),
            Err(error) => Outcome::Fail(error.to_string()),
        }
    }

    async fn look_at_domain(self, job: LookAtDomain) -> Outcome {
        let scope = match self.scope(job.org, job.site).await {
            Ok(Some(scope)) => scope,
            gone => return without_scope(gone),
        };
        let host = match self.domains.look(&scope, job.domain).await {
            Ok(false) => job.name.parse().ok(),
            Ok(true) => None,
            Err(error) => return site_outcome(error),
        };
        match host {
            Some(host) => publish_outcome(self.publishing.clear_host(&scope, &host).await),
            None => Outcome::Done,
        }
    }

    async fn look_at_domains(self) -> Outcome {
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
                return site_outcome(error);
            }
        }
        Outcome::Done
    }

    async fn deliver_webhook(self, job: DeliverWebhook) -> Outcome {
        let scope = match self.accounts.as_system(job.org).await {
            Ok(Some(scope)) => scope,
            Ok(None) => return Outcome::Fail("the organisation was deleted".to_owned()),
            Err(error) => return Outcome::Retry(error.to_string()),
        };
        match self.webhooks.attempt(&scope, &job).await {
            Ok(()) => Outcome::Done,
            Err(error) if error.is_passing() => Outcome::Retry(error.to_string()),
            Err(error) => Outcome::Fail(error.to_string()),
        }
    }

    async fn scope(&self, org: OrgId, site: SiteId) -> Result<Option<SiteScope>, DbError> {
        match self.accounts.as_system(org).await? {
            Some(org) => self.sites.scope(&org, site).await,
            None => Ok(None),
        }
    }
}

/// The organisation was deleted, and nothing is kept that tells of it.
fn without_scope<S>(gone: Result<Option<S>, DbError>) -> Outcome {
    match gone {
        Err(error) => Outcome::Retry(error.to_string()),
        Ok(_) => Outcome::Gone,
    }
}

fn departure_outcome(result: Result<(), DepartureError>) -> Outcome {
    match result {
        Ok(()) => Outcome::Done,
        Err(DepartureError::CalledOff) => Outcome::Cancelled,
        Err(error) if error.is_passing() => Outcome::Retry(error.to_string()),
        Err(error) => Outcome::Fail(error.to_string()),
    }
}

fn site_outcome(error: SiteError) -> Outcome {
    match error {
        SiteError::Db(error) if error.is_passing() => Outcome::Retry(error.to_string()),
        other => Outcome::Fail(other.to_string()),
    }
}

fn page_outcome(result: Result<(), PageError>) -> Outcome {
    match result {
        Ok(()) => Outcome::Done,
        Err(error) if error.is_passing() => Outcome::Retry(error.to_string()),
        Err(error) => Outcome::Fail(error.to_string()),
    }
}

fn publish_outcome(result: Result<(), PublishError>) -> Outcome {
    match result {
        Ok(()) => Outcome::Done,
        Err(error) if error.is_passing() => Outcome::Retry(error.to_string()),
        Err(error) => Outcome::Fail(error.to_string()),
    }
}
