//! Fetching a source from its address, as a job.

use serde::{Deserialize, Serialize};

use super::model::{NewSource, SourceId, SourceKind};
use super::{PageError, Pages, Refusal};
use crate::crawl::read_document;
use crate::flags::Flag;
use crate::queue::{Enqueued, Job, NewJob};
use crate::tenancy::{OrgId, SiteId, SiteScope};

/// Fetch a page and keep its main content as a source. Done again it takes what stands there then.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FetchSource {
    /// Whose site it is.
    pub org: OrgId,
    /// The site that the source is for.
    pub site: SiteId,
    /// The page's address.
    pub url: String,
}

impl Job for FetchSource {
    const NAME: &'static str = "pages.fetch";
}

impl Pages {
    /// Asks for a source to be fetched. Asked twice while the first is under way, it is one job.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn request_fetch(&self, scope: &SiteScope, url: &str) -> Result<Enqueued, PageError> {
        let org = scope.org().org();
        self.flags.check(Flag::Crawling, Some(org)).await?;
        let job = FetchSource { org, site: scope.site(), url: url.to_owned() };
        let job = NewJob::new(job).org(org).dedup(format!("{} {url}", scope.site()));
        let mut tx = self.db.write_of(scope).await?;
        let enqueued = self.queue.enqueue(&mut tx, job).await?;
        tx.conclude().await?;
        Ok(enqueued)
    }

    /// Fetches a page and keeps its main content.
    ///
    /// # Errors
    /// [`PageError::Fetch`] and [`PageError::Extract`] say what is wrong with the page; the source is then as it was.
    pub async fn fetch(&self, scope: &SiteScope, url: &str) -> Result<SourceId, PageError> {
        let fetched = self.fetcher.fetch(url).await?;
        if !fetched.is_success() {
            return Err(Refusal::Answered { url: url.to_owned(), status: fetched.status }.into());
        }
        let extracted = tokio::task::spawn_blocking(move || read_document(&fetched)).await;
        let extracted = extracted.map_err(|error| PageError::Stopped(error.to_string()))??;
        let (title, body) = (extracted.title, extracted.markdown);
        // Kept under the address that was asked for: that is what briefs name.
        let source = NewSource { address: url.to_owned(), kind: SourceKind::Url, title, body };
        self.put_source(scope, source).await
    }
}
