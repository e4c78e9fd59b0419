//! What does the jobs of each room: reads the job, gets the scope that it was enqueued under, calls the room.

use std::time::Duration;

use crate::accounts::{Accounts, SendLetter};
use crate::db::DbError;
use crate::pages::{CrawlSources, FetchSource, GeneratePage, PageError, Pages};
use crate::publishing::{BuildEdition, PublishError, Publishing, WriteTree};
use crate::queue::{Context, Handlers, Outcome, Queue, Worker, WorkerConfig};
use crate::sites::{Domains, LookAtDomain, LookAtDomains, SiteError, Sites};
use crate::tenancy::{OrgId, SiteId, SiteScope};

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
}

/// Starts working off jobs in this process.
pub fn start(queue: Queue, rooms: Rooms, slots: u32, keep: Duration) -> Worker {
    Worker::start(queue, handlers(rooms), WorkerConfig { slots, keep, ..WorkerConfig::default() })
}

/// How often domains are looked for that are to be looked at again.
const DOMAINS: &str = "*/10 * * * *";

fn handlers(rooms: Rooms) -> Handlers {
    let (fetch, crawl, generate) = (rooms.clone(), rooms.clone(), rooms.clone());
    let (build, tree, letter) = (rooms.clone(), rooms.clone(), rooms.clone());
    let (domain, domains) = (rooms.clone(), rooms);
    let handlers = Handlers::new()
        .on::<FetchSource, _, _>(move |job, context| fetch.clone().fetch(job, context))
        .on::<CrawlSources, _, _>(move |job, context| crawl.clone().crawl(job, context))
        .on::<GeneratePage, _, _>(move |job, context| generate.clone().generate(job, context))
        .on::<BuildEdition, _, _>(move |job, context| build.clone().build(job, context))
        .on::<WriteTree, _, _>(move |job, _| tree.clone().write_tree(job))
        .on::<SendLetter, _, _>(move |job, context| letter.clone().send_letter(job, context))
        .on::<LookAtDomain, _, _>(move |job, _| domain.clone().look_at_domain(job))
        .on::<LookAtDomains, _, _>(move |_, _| domains.clone().look_at_domains());
    let looked_at = handlers.clone().every(DOMAINS, |_| LookAtDomains {});
    looked_at.unwrap_or_else(|error| {
        tracing::error!(target: "worker", %error, "domains are looked at on demand alone");
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

    async fn write_tree(self, job: WriteTree) -> Outcome {
        match self.scope(job.org, job.site).await {
            Ok(Some(scope)) => publish_outcome(self.publishing.write_tree(&scope).await),
            gone => without_scope(gone),
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

    async fn scope(&self, org: OrgId, site: SiteId) -> Result<Option<SiteScope>, DbError> {
        match self.accounts.as_system(org).await? {
            Some(org) => self.sites.scope(&org, site).await,
            None => Ok(None),
        }
    }
}

fn without_scope(gone: Result<Option<SiteScope>, DbError>) -> Outcome {
    match gone {
        Err(error) => Outcome::Retry(error.to_string()),
        Ok(_) => Outcome::Fail("the site was deleted".to_owned()),
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
