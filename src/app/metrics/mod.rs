//! `/metrics`: what this process has counted, what it holds, and how much work is waiting in the database. For scrapers of the
//! operator's alone; whoever may not look finds no such page.

mod listen;
mod standing;

use std::sync::Arc;

use poem::http::{StatusCode, header};
use poem::{Request, Response};

pub use self::listen::MetricsPort;

use self::standing::Standing;
use super::App;
use crate::base::Secret;
use crate::host::{Host, may_ask};
use crate::telemetry::{Figures, Readings};

/// Where it is answered.
pub(super) const METRICS: &str = "/metrics";

/// The figures of one process.
#[derive(Clone)]
pub struct Metrics {
    inner: Arc<Inner>,
}

struct Inner {
    app: App,
    /// Published sites, where this process serves them.
    sites: Option<Host>,
    figures: Figures,
    standing: Standing,
    token: Secret,
}

impl Metrics {
    /// Those of the process that these are the rooms of.
    pub(super) fn new(app: &App, sites: Option<Host>) -> Metrics {
        let standing = Standing::new(app.db.clone(), app.queue.clone(), app.backups.clone());
        let token = app.settings.metrics.token.clone();
        let app = app.clone();
        Metrics { inner: Arc::new(Inner { app, sites, figures: Figures::of_process(), standing, token }) }
    }

    /// Whether a request that came to the public port may look: it shows the token, or comes from this machine and for nobody
    /// else.
    pub(super) fn admits(&self, request: &Request) -> bool {
        self.shows_token(request) || may_ask(request, &[])
    }

    /// Whether one that came to the port for metrics may: that is open to all who reach it, unless there is a token.
    fn admits_in_private(&self, request: &Request) -> bool {
        self.inner.token.is_empty() || self.admits(request)
    }

    fn shows_token(&self, request: &Request) -> bool {
        let shown = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let shown = shown.and_then(|value| value.strip_prefix("Bearer "));
        let token = self.inner.token.reveal();
        // Hashes are compared in the same time, whatever is in them.
        !token.is_empty()
            && shown.is_some_and(|shown| blake3::hash(shown.as_bytes()) == blake3::hash(token.as_bytes()))
    }

    /// The answer to a scrape.
    pub(super) async fn answer(&self) -> Response {
        let mut readings = Readings::default();
        self.read(&mut readings);
        self.inner.standing.read(&mut readings).await;
        match self.inner.figures.text(readings) {
            Ok(text) => Response::builder()
                .header(header::CONTENT_TYPE, Figures::MEDIA_TYPE)
                .header(header::CACHE_CONTROL, "no-store")
                .body(text),
            Err(error) => {
                tracing::error!(target: "app", %error, "the figures have no text");
                Response::builder().status(StatusCode::INTERNAL_SERVER_ERROR).finish()
            }
        }
    }

    /// What this process holds, which nobody has to be asked for.
    fn read(&self, readings: &mut Readings) {
        let Inner { app, sites, .. } = &*self.inner;
        let labels = [("version", env!("CARGO_PKG_VERSION")), ("database", app.db.kind())];
        readings.gauge("citepress_build_info", "Which version runs, on which database", &labels, 1.0);
        for pool in app.db.pools() {
            let name = "citepress_database_connections";
            let mut gauge = |state, count: u64| {
                let labels = [("pool", pool.name), ("state", state)];
                readings.gauge(name, "Connections to the database", &labels, count as f64);
            };
            gauge("idle", pool.idle);
            gauge("used", pool.open - pool.idle);
            let (name, help) = ("citepress_database_connections_max", "Connections that there may be");
            readings.gauge(name, help, &[("pool", pool.name)], pool.most as f64);
        }
        if let Some(standing) = app.cache.standing() {
            let up = f64::from(u8::from(standing.is_here));
            readings.gauge("citepress_cache_up", "Whether the Redis server is there", &[], up);
        }
        let Some(sites) = sites else { return };
        let answered = sites.answered();
        for (status, count) in answered.answers {
            let (name, help) = ("citepress_site_responses", "Answers of published sites, by class of status");
            readings.counter(name, help, &[("status", status)], count as f64);
        }
        let (name, help) = ("citepress_site_response_bytes", "Bytes of the bodies of those answers");
        readings.counter(name, help, &[], answered.bytes as f64);
        for kept in sites.kept() {
            let labels = [("cache", kept.what)];
            readings.gauge(
                "citepress_host_cache_entries",
                "Published files in memory",
                &labels,
                kept.things as f64,
            );
            readings.gauge(
                "citepress_host_cache_bytes",
                "What they count for, in bytes",
                &labels,
                kept.bytes as f64,
            );
        }
    }
}
