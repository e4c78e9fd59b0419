//! Taking a whole website in as sources, as a job.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::model::{NewSource, SourceKind};
use super::{PageError, Pages, Refusal};
use crate::crawl::{Limits, Step};
use crate::events::Happened;
use crate::flags::Flag;
use crate::queue::{Enqueued, Job, NewJob, Policy};
use crate::tenancy::{OrgId, SiteId, SiteScope};

/// Crawl from an address and keep each page below it as a source. Done again it takes what stands there then.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CrawlSources {
    /// Whose site it is.
    pub org: OrgId,
    /// The site that the sources are for.
    pub site: SiteId,
    /// Where to begin.
    pub seed: String,
}

impl Job for CrawlSources {
    const NAME: &'static str = "pages.crawl";

    fn policy() -> Policy {
        // A polite walk over hundreds of pages, one a second, takes its time.
        Policy { attempts: 2, timeout: std::time::Duration::from_secs(60 * 60), ..Policy::default() }
    }
}

/// What a crawl brought.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Crawled {
    /// Pages kept as sources.
    pub kept: usize,
    /// Addresses that gave no page.
    pub skipped: usize,
}

impl Pages {
    /// Asks for a website to be crawled. Asked twice while the first is under way, it is one job.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn request_crawl(&self, scope: &SiteScope, seed: &str) -> Result<Enqueued, PageError> {
        let org = scope.org().org();
        self.flags.check(Flag::Crawling, Some(org)).await?;
        let job = CrawlSources { org, site: scope.site(), seed: seed.to_owned() };
        let job = NewJob::new(job).org(org).dedup(format!("{} {seed}", scope.site()));
        let mut tx = self.db.write_of(scope).await?;
        let enqueued = self.queue.enqueue(&mut tx, job).await?;
        tx.conclude().await?;
        Ok(enqueued)
    }

    /// Crawls from `seed`, within the limits of the settings. `told` hears how many pages were kept so far.
    ///
    /// # Errors
    /// [`Refusal::Nothing`] when not one page could be had, with the first reason.
    pub async fn crawl(
        &self,
        scope: &SiteScope,
        seed: &str,
        told: impl Fn(usize),
    ) -> Result<Crawled, PageError> {
        let url = seed.parse().map_err(|_| Refusal::BadAddress(seed.to_owned()))?;
        let (pages, depth) = self.crawl_limits;
        let mut walk = self.fetcher.crawl(url, Limits { pages, depth, ..Limits::default() });
        let (mut crawled, mut first) = (Crawled::default(), None);
        while let Some(step) = walk.next().await {
            match step {
                Step::Page(page) => {
                    let source = NewSource {
                        address: page.fetched.url.to_string(),
                        kind: SourceKind::Url,
                        title: page.extracted.title,
                        body: page.extracted.markdown,
                    };
                    self.put_source(scope, source).await?;
                    crawled.kept += 1;
                    told(crawled.kept);
                }
                Step::Skipped { url, why } => {
                    tracing::debug!(target: "pages", %url, ?why, "no source");
                    first = first.or(Some(format!("{url}: {why:?}")));
                    crawled.skipped += 1;
                }
            }
        }
        if crawled.kept == 0 {
            return Err(Refusal::Nothing { seed: seed.to_owned(), why: first.unwrap_or_default() }.into());
        }
        let mut tx = self.db.write_of(scope).await?;
        let data = json!({ "seed": seed, "kept": crawled.kept, "skipped": crawled.skipped });
        let happened = Happened { kind: "sources.crawled", subject: scope.site().to_string(), data };
        self.events.record(&mut tx, scope.org().org(), scope.org().actor(), happened);
        tx.commit().await?;
        Ok(crawled)
    }
}
