//! A website to audit, over the network and politely: some pages, and what lies around them.

mod around;
mod liveness;
mod pages;
mod sitemaps;

use indicatif::ProgressBar;
use url::Url;

use super::Observed;
use crate::base::{Clock, Ids};
use crate::cli::{CliError, Start, progress};
use crate::crawl::Fetcher;
use checks::Subject;

/// Observes up to `most` pages of the site that `url` is on.
///
/// # Errors
/// If the address itself cannot be fetched; the error names the cure (a private address: the setting that allows it).
pub(super) async fn website(
    start: &Start,
    url: Url,
    most: usize,
    clock: Clock,
) -> Result<Observed, CliError> {
    let crawl = &start.settings.crawl;
    let fetcher = Fetcher::new(crawl.fetching(), clock.clone())?;
    let bar: ProgressBar = progress::bar(start);
    bar.set_message("Fetching");
    bar.set_length(most as u64);
    let walk = pages::walk(&fetcher, url, most, crawl.max_depth, &bar).await?;
    let home = walk.home.clone();
    bar.set_message("Looking around");
    let found = walk.documents.len() + walk.waiting;
    let mut subject = Subject::new(walk.documents, clock.now());
    subject.robots = around::robots(&fetcher, &home).await;
    subject.https = around::https(&fetcher, &home).await;
    subject.missing_path_status = around::missing(&fetcher, &home, &Ids::system(clock)).await;
    subject.sitemap = sitemaps::seen(&fetcher, &home, &subject.documents).await;
    subject.links = liveness::of(&fetcher, &home, &subject.documents, &walk.links).await;
    bar.finish_and_clear();
    Ok(Observed { subject, found })
}
