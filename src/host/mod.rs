//! Published sites, by Host header: bytes from memory, with validators, ranges and ready-made encodings.
//!
//! A connection's plain requests are answered by `connection` from what is ready in memory; everything else goes through hyper
//! and poem to [`Host::answer`]. Both find the same files and tell the same headers.
//!
//! This face never answers a console or API route and sets no cookie: it stands on another registrable domain than they.

mod answer;
mod ask;
mod connection;
mod date;
mod files;
mod found;
mod live;
mod negotiate;
mod path;
mod patience;
mod plain;
mod policy;
mod preview;
mod range;
mod ready;
mod send;
mod sendable;
mod traffic;
mod unknown;

pub use ask::{ASK, may_ask};
pub use files::Kept;
pub use patience::{Alarm, PATIENCE};
pub use traffic::Answered;

use std::ops::Range;
use std::sync::Arc;

use futures_util::TryStreamExt;
use poem::http::{HeaderMap, Method, StatusCode, Uri, header};
use poem::{Body, Endpoint, Request, Response};

use self::answer::Answers;
use self::files::{Files, LARGEST_KEPT};
use self::found::{Found, Variant, is_page};
use self::live::LiveSites;
use self::negotiate::Wishes;
use self::range::Asked;
use self::traffic::Traffic;
use crate::base::{Address, Clock, HostName};
use crate::publishing::{PREVIEW_PATH, PublishError, Publishing};
use crate::storage::BlobHash;

/// The face.
#[derive(Clone)]
pub struct Host {
    inner: Arc<Inner>,
}

struct Inner {
    publishing: Publishing,
    live: LiveSites,
    files: Files,
    answers: Answers,
    /// The header lines of every answer, as they are sent.
    common_lines: Vec<u8>,
    address: Address,
    clock: Clock,
    traffic: Traffic,
}

impl Host {
    /// The face, with this much memory for published files.
    pub fn new(publishing: Publishing, address: Address, cache_bytes: u64, clock: Clock) -> Host {
        let live = LiveSites::new(publishing.clone());
        let files = Files::new(publishing.clone(), cache_bytes);
        let answers = Answers::new(address.scheme == "https");
        let common_lines = answers.common_lines();
        Host {
            inner: Arc::new(Inner {
                publishing,
                live,
                files,
                answers,
                common_lines,
                address,
                clock,
                traffic: Traffic::default(),
            }),
        }
    }

    /// What was answered up to now.
    pub fn answered(&self) -> Answered {
        self.inner.traffic.answered()
    }

    /// What is in memory.
    pub fn kept(&self) -> [Kept; 2] {
        self.inner.files.kept()
    }

    /// Answers a request for a published site.
    pub async fn answer(&self, request: &Request) -> Response {
        let response = self.answer_uncounted(request).await;
        let length =
            response.headers().get(header::CONTENT_LENGTH).filter(|_| request.method() != Method::HEAD);
        let length = length.and_then(|length| length.to_str().ok()?.parse().ok());
        self.inner.traffic.count(response.status().as_u16(), length.unwrap_or_default());
        response
    }

    async fn answer_uncounted(&self, request: &Request) -> Response {
        let headers = request.headers();
        let Some(host) = named_host(request) else { return self.inner.answers.unknown_host() };
        match self.inner.respond(&host, request.method(), request.uri(), headers).await {
            Ok(response) => response,
            Err(error) => {
                tracing::error!(target: "host", %host, path = request.uri().path(), %error, "a published file can't be read");
                self.inner.answers.unavailable()
            }
        }
    }
}

impl Endpoint for Host {
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        Ok(self.answer(&request).await)
    }
}

/// The host that a request names: in its target (HTTP/2) or its Host header.
fn named_host(request: &Request) -> Option<HostName> {
    let named = match request.uri().authority() {
        Some(authority) => authority.as_str(),
        None => request.headers().get(header::HOST)?.to_str().ok()?,
    };
    HostName::from_header(named).ok()
}

/// A redirect keeps the request's query, unless its target has one of its own.
fn with_query(target: &str, uri: &Uri) -> String {
    let (address, fragment) = target.split_at(target.find('#').unwrap_or(target.len()));
    match uri.query() {
        Some(query) if !address.contains('?') => format!("{address}?{query}{fragment}"),
        _ => target.to_owned(),
    }
}

impl Inner {
    async fn respond(
        &self,
        host: &HostName,
        method: &Method,
        uri: &Uri,
        headers: &HeaderMap,
    ) -> Result<Response, PublishError> {
        let path = uri.path();
        let Some(live) = self.live.of(host).await? else { return Ok(self.answers.unknown_host()) };
        if !matches!(*method, Method::GET | Method::HEAD) {
            return Ok(self.answers.not_allowed());
        }
        if let Some(canonical) = &live.canonical {
            let target = format!("{}{path}", self.address.of(canonical.as_str()));
            return Ok(self.answers.moved(StatusCode::PERMANENT_REDIRECT, &with_query(&target, uri)));
        }
        // Ranges are defined for GET alone (RFC 9110, 14.2).
        let mut whole = None;
        let headers = match headers.contains_key(header::RANGE) && method == Method::HEAD {
            true => {
                let headers = whole.insert(headers.clone());
                headers.remove(header::RANGE);
                &*headers
            }
            false => headers,
        };
        if let Some(token) = path.strip_prefix(PREVIEW_PATH) {
            return self.enter_preview(host, live.site, token).await;
        }
        let response = match preview::token_of(headers) {
            Some(token) => self.preview(host, &live, token, uri, headers).await?,
            None => self.file(live.manifest, uri, headers).await?,
        };
        Ok(if method == Method::HEAD { answer::without_body(response) } else { response })
    }

    async fn file(
        &self,
        manifest: Option<BlobHash>,
        uri: &Uri,
        headers: &HeaderMap,
    ) -> Result<Response, PublishError> {
        let Some(manifest) = manifest else { return Ok(self.answers.not_published()) };
        let wishes = Wishes::of(headers);
        let Some(wanted) = path::wanted(uri.path()) else { return self.not_found(manifest, &wishes).await };
        let page = is_page(&wanted.file);
        if page && wishes.markdown {
            let mirror = path::markdown_of(&wanted.file);
            if let Some(found) = self.files.find(manifest, &mirror).await? {
                return self.serve(&found, &wishes, headers, true).await;
            }
        }
        if let Some(found) = self.files.find(manifest, &wanted.file).await? {
            if let Some(moved) = &found.redirect {
                return Ok(self.answers.moved(moved.status, &with_query(&moved.to, uri)));
            }
            return self.serve(&found, &wishes, headers, page).await;
        }
        if wanted.may_be_folder
            && let Some(index) = self.files.find(manifest, &format!("{}/index.html", wanted.file)).await?
        {
            // One hop, not two: crawlers count them.
            if let Some(moved) = &index.redirect {
                return Ok(self.answers.moved(moved.status, &with_query(&moved.to, uri)));
            }
            let folder = format!("{}/", uri.path());
            return Ok(self.answers.moved(StatusCode::PERMANENT_REDIRECT, &with_query(&folder, uri)));
        }
        self.not_found(manifest, &wishes).await
    }

    async fn serve(
        &self,
        found: &Found,
        wishes: &Wishes,
        headers: &HeaderMap,
        negotiated: bool,
    ) -> Result<Response, PublishError> {
        let variant = found.choose(wishes);
        if headers
            .get_all(header::IF_NONE_MATCH)
            .iter()
            .any(|list| answer::is_fresh(list.as_bytes(), variant))
        {
            return Ok(self.answers.not_modified(found, variant, negotiated));
        }
        let asked = answer::asked(headers, variant);
        let body = match &asked {
            Asked::Nothing => Body::empty(),
            Asked::Whole => self.body(variant, 0..variant.blob.len).await?,
            Asked::Part(part) => self.body(variant, part.clone()).await?,
        };
        Ok(self.answers.file(found, variant, body, &asked, negotiated))
    }

    async fn body(&self, variant: &Variant, part: Range<u64>) -> Result<Body, PublishError> {
        if variant.blob.len > LARGEST_KEPT {
            let stream = self.files.stream(variant.blob, part).await?;
            return Ok(Body::from_bytes_stream(stream.map_err(std::io::Error::other)));
        }
        let content = self.files.content(variant.blob).await?;
        let within = |at: u64| usize::try_from(at).unwrap_or(usize::MAX).min(content.len());
        Ok(content.slice(within(part.start)..within(part.end)).into())
    }

    async fn not_found(&self, manifest: BlobHash, wishes: &Wishes) -> Result<Response, PublishError> {
        let Some(page) = self.files.find(manifest, "404.html").await? else {
            return Ok(self.answers.plain_not_found());
        };
        let variant = page.choose(wishes);
        let body = self.files.content(variant.blob).await?;
        Ok(self.answers.not_found(&page, variant, body))
    }
}
