//! `/sources`

use poem_openapi::param::{Path, Query};
use poem_openapi::{Enum, Object, OpenApi};

use super::jobs::{self, Job};
use super::{Tag, sites, time};
use crate::api::answer::{Accepted, Created, Fetched};
use crate::api::body::Body;
use crate::api::caller::{As, Reader, Writer};
use crate::api::list::{List, usual, window};
use crate::api::problem::Problem;
use crate::pages::{NewSource, SourceKind, SourceLine};

pub(in crate::api) struct SourcesApi;

/// A document that pages are written from.
#[derive(Debug, Clone, Object)]
pub(in crate::api) struct Source {
    /// Its id, `src_…`
    id: String,
    /// Its site, `site_…`
    site: String,
    /// Its URL or file name; briefs name it by this
    address: String,
    /// How it came in
    kind: Kind,
    /// Its title
    title: String,
    /// The hash of its text: claims say of which one their span is
    hash: String,
    /// When it came in
    created_at: String,
    /// Its cleaned text, as Markdown; only where one source is asked for
    text: Option<String>,
}

/// How a source came in
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename = "SourceKind", rename_all = "lowercase")]
pub(in crate::api) enum Kind {
    /// Fetched from its URL
    Url,
    /// Uploaded
    Upload,
}

/// A document to be kept.
#[derive(Debug, Clone, Object)]
pub(in crate::api) struct SourceNew {
    /// The site that may use it, `site_…`
    site: String,
    /// Its file name; briefs name it by this
    #[oai(validator(min_length = 1, max_length = 300))]
    name: String,
    /// Its title
    #[oai(validator(min_length = 1, max_length = 300))]
    title: String,
    /// Its text, as Markdown
    #[oai(validator(min_length = 1, max_length = 1000000))]
    text: String,
}

/// An address to be fetched.
#[derive(Debug, Clone, Object)]
pub(in crate::api) struct SourceFetch {
    /// The site that may use what is found, `site_…`
    site: String,
    /// The URL, http or https
    #[oai(validator(min_length = 8, max_length = 2000))]
    url: String,
    /// Whether to follow its links as well, within its host
    #[oai(default)]
    crawl: bool,
}

#[OpenApi(prefix_path = "/sources", tag = "Tag::Sources")]
impl SourcesApi {
    /// List sources
    ///
    /// Newest first, of all sites or of one, without their texts.
    #[oai(path = "/", method = "get", operation_id = "sources_list")]
    async fn list(
        &self,
        who: As<Reader>,
        /// Only those of this site, `site_…`
        site: Query<Option<String>>,
        /// How many at most
        #[oai(default = "usual", validator(minimum(value = "1"), maximum(value = "100")))]
        limit: Query<u64>,
        /// Those after this one in the list
        starting_after: Query<Option<String>>,
        /// Those before this one in the list
        ending_before: Query<Option<String>>,
    ) -> Result<Fetched<List<Source>>, Problem> {
        let window = window(limit.0, starting_after.0, ending_before.0)?;
        let whose = sites::extent(&who, site.0.as_deref()).await?;
        let (found, has_more) = who.rooms.pages.sources_window(whose, &window).await?;
        let sources = found.into_iter().map(Source::from).collect();
        Ok(Fetched::new(List::new("/api/v1/sources", has_more, sources)))
    }

    /// Upload a document
    ///
    /// Under a name that is known already its text is replaced, and pages with claims on the old one are marked stale.
    #[oai(path = "/", method = "post", operation_id = "sources_upload")]
    async fn upload(&self, who: As<Writer>, new: Body<SourceNew>) -> Result<Created<Source>, Problem> {
        let SourceNew { site, name, title, text } = new.0;
        let scope = sites::scope(&who, &site).await?;
        let new = NewSource { address: name, kind: SourceKind::Upload, title, body: text };
        let id = who.rooms.pages.put_source(&scope, new).await?;
        let source = who.rooms.pages.source(&scope, id).await?.ok_or_else(|| Problem::not_found("source"))?;
        Ok(Created::new(Source::from(SourceLine::from(source))).at(format!("/api/v1/sources/{id}")))
    }

    /// Fetch a document from the web
    ///
    /// Politely: robots.txt is kept, and only public addresses are reached.
    #[oai(path = "/fetch", method = "post", operation_id = "sources_fetch")]
    async fn fetch(&self, who: As<Writer>, new: Body<SourceFetch>) -> Result<Accepted<Job>, Problem> {
        let scope = sites::scope(&who, &new.0.site).await?;
        let pages = &who.rooms.pages;
        let asked = match new.0.crawl {
            true => pages.request_crawl(&scope, &new.0.url).await?,
            false => pages.request_fetch(&scope, &new.0.url).await?,
        };
        jobs::accepted(&who, asked.id()).await
    }

    /// Get a source with its text
    #[oai(path = "/:source", method = "get", operation_id = "sources_get")]
    async fn get(
        &self,
        who: As<Reader>,
        /// Its id, `src_…`
        source: Path<String>,
    ) -> Result<Fetched<Source>, Problem> {
        let missing = || Problem::not_found("source");
        let id = source.0.parse().map_err(|_| missing())?;
        let found = who.rooms.pages.source(&who.org, id).await?.ok_or_else(missing)?;
        let text = Some(found.body.clone());
        Ok(Fetched::new(Source { text, ..Source::from(SourceLine::from(found)) }).tagged())
    }
}

impl From<SourceLine> for Source {
    fn from(source: SourceLine) -> Source {
        let kind = match source.kind {
            SourceKind::Url => Kind::Url,
            SourceKind::Upload => Kind::Upload,
        };
        let (id, site) = (source.id.to_string(), source.site.to_string());
        let created_at = time::of(source.created_at);
        let SourceLine { address, title, hash, .. } = source;
        Source { id, site, address, kind, title, hash, created_at, text: None }
    }
}
