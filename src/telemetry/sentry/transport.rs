//! How reports travel: a bounded queue and a task of the courier's. When Sentry asks for quiet, reports are forgotten until
//! that is over.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use reqwest::header::{CONTENT_TYPE, RETRY_AFTER};
use reqwest::{Method, Response, StatusCode};
use sentry::types::Dsn;
use sentry::{Envelope, Transport};
use tokio::sync::mpsc;
use tokio::time::Instant;

use crate::telemetry::courier::Sender;

/// Reports that wait; further ones are forgotten.
const QUEUE: usize = 64;
/// The quiet that is kept when Sentry asks for some and not for how much.
const QUIET: Duration = Duration::from_secs(60);
const LONGEST_QUIET: Duration = Duration::from_secs(60 * 60);
const AGENT: &str = concat!("citepress/", env!("CARGO_PKG_VERSION"));

pub(super) struct ByCourier {
    queue: mpsc::Sender<Vec<u8>>,
    waiting: Arc<Waiting>,
}

/// How many reports are on their way.
#[derive(Default)]
struct Waiting {
    count: Mutex<usize>,
    none: Condvar,
}

impl Waiting {
    fn lock(&self) -> MutexGuard<'_, usize> {
        self.count.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn less(&self) {
        let mut count = self.lock();
        *count = count.saturating_sub(1);
        if *count == 0 {
            self.none.notify_all();
        }
    }
}

impl ByCourier {
    pub(super) fn start(sender: Sender, dsn: &Dsn) -> ByCourier {
        let (queue, reports) = mpsc::channel(QUEUE);
        let waiting = Arc::<Waiting>::default();
        let handle = sender.handle().clone();
        handle.spawn(send_all(sender, dsn.clone(), reports, Arc::clone(&waiting)));
        ByCourier { queue, waiting }
    }
}

impl Transport for ByCourier {
    fn send_envelope(&self, envelope: Envelope) {
        let mut bytes = Vec::new();
        if envelope.to_writer(&mut bytes).is_err() {
            return;
        }
        *self.waiting.lock() += 1;
        // No room: Sentry is away or slow, and what is waiting says enough.
        if self.queue.try_send(bytes).is_err() {
            self.waiting.less();
        }
    }

    fn flush(&self, timeout: Duration) -> bool {
        let waited = self.waiting.none.wait_timeout_while(self.waiting.lock(), timeout, |count| *count > 0);
        let (count, _) = waited.unwrap_or_else(PoisonError::into_inner);
        *count == 0
    }
}

async fn send_all(sender: Sender, dsn: Dsn, mut reports: mpsc::Receiver<Vec<u8>>, waiting: Arc<Waiting>) {
    let mut quiet_until = Instant::now();
    while let Some(report) = reports.recv().await {
        if quiet_until <= Instant::now()
            && let Some(quiet) = send(&sender, &dsn, report).await
        {
            quiet_until = Instant::now() + quiet;
        }
        waiting.less();
    }
}

/// Sends one report. The quiet that Sentry asks for, if it does.
async fn send(sender: &Sender, dsn: &Dsn, report: Vec<u8>) -> Option<Duration> {
    let request = sender
        .client()
        .request(Method::POST, dsn.envelope_api_url().as_str())
        .header("x-sentry-auth", dsn.to_auth(Some(AGENT)).to_string())
        .header(CONTENT_TYPE, "application/x-sentry-envelope")
        .body(report)
        .build()
        .ok()?;
    let (answer, _) = sender.send(request).await.ok()?;
    (answer.status() == StatusCode::TOO_MANY_REQUESTS).then(|| quiet(&answer))
}

fn quiet(answer: &Response) -> Duration {
    let asked = answer.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.trim().parse().ok());
    asked.map_or(QUIET, Duration::from_secs).min(LONGEST_QUIET)
}
