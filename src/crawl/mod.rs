//! A polite fetcher of strangers' documents: robots.txt, pauses, bounds on everything, and a guard over which
//! addresses may be reached, which holds for what is sent there as well. And what it makes of HTML: the main content as
//! Markdown.

mod charset;
mod clients;
mod config;
mod error;
mod extract;
mod fetched;
mod fetcher;
mod guard;
mod inflate;
mod judge;
mod known;
mod pace;
mod post;
mod read;
mod resolve;
mod robots;
mod sitemap;
mod stopwatch;
mod trail;
mod walk;

pub use config::{AGENT, Caps, CrawlConfig};
pub use error::FetchError;
pub use extract::{ExtractError, Extracted, extract, read as read_document};
pub use fetched::{Fetched, Hop};
pub use fetcher::Fetcher;
pub use guard::{Allow, BadAllow, Guard, is_public};
pub use post::{Post, PostError, Posted, Poster};
pub use resolve::{Answer, Lookup, SystemLookup};
pub use walk::{Crawl, CrawledPage, Limits, Skip, Step};
