//! Carries traces and reports to others. It has a thread of its own: who is told of the product's troubles must not wait for
//! the product's threads, nor they for them. A receiver that is away costs what was meant for it, and one line in the log.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use reqwest::{Client, Request, Response};
use tokio::runtime::{Builder, Handle, Runtime};

/// The longest that one message may take.
const PATIENCE: Duration = Duration::from_secs(10);
const CONNECT: Duration = Duration::from_secs(3);
/// What a receiver says is not read beyond that.
const LONGEST_ANSWER: usize = 64 * 1024;

/// Sends on its own thread, which ends with it.
#[derive(Debug)]
pub(super) struct Courier {
    runtime: Option<Runtime>,
    client: Client,
}

/// Why there is no courier.
#[derive(Debug, thiserror::Error)]
pub(super) enum NoCourier {
    #[error("no thread can be started to send on: {0}")]
    Thread(#[from] std::io::Error),
    #[error("no client can be made: {0}")]
    Client(#[from] reqwest::Error),
}

impl Courier {
    pub(super) fn new() -> Result<Courier, NoCourier> {
        let client = Client::builder()
            .timeout(PATIENCE)
            .connect_timeout(CONNECT)
            // Spans and reports go where the operator said, and nowhere else.
            .redirect(reqwest::redirect::Policy::none())
            .user_agent(concat!("citepress/", env!("CARGO_PKG_VERSION")))
            .build()?;
        let runtime =
            Builder::new_multi_thread().worker_threads(1).thread_name("telemetry").enable_all().build()?;
        Ok(Courier { runtime: Some(runtime), client })
    }

    /// What sends to one receiver, called `to` in the log. `None` once the courier has ended.
    pub(super) fn sender(&self, to: &'static str) -> Option<Sender> {
        let handle = self.runtime.as_ref()?.handle().clone();
        Some(Sender { handle, client: self.client.clone(), to, is_away: Arc::default() })
    }
}

impl Drop for Courier {
    fn drop(&mut self) {
        // The usual drop may not be where others wait asynchronously, as in tests.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// Sends to one receiver.
#[derive(Debug, Clone)]
pub(super) struct Sender {
    handle: Handle,
    client: Client,
    to: &'static str,
    is_away: Arc<AtomicBool>,
}

impl Sender {
    /// Where its tasks run.
    #[cfg(feature = "sentry")]
    pub(super) fn handle(&self) -> &Handle {
        &self.handle
    }

    pub(super) fn client(&self) -> &Client {
        &self.client
    }

    /// Sends, from whatever thread: the answer without its body, and as much of that as is worth reading.
    pub(super) async fn send(&self, request: Request) -> Result<(Response, Bytes), String> {
        let client = self.client.clone();
        let sending = self.handle.spawn(async move {
            let mut answer = client.execute(request).await?;
            let mut body = BytesMut::new();
            while let Some(part) = answer.chunk().await? {
                body.extend_from_slice(&part);
                if body.len() >= LONGEST_ANSWER {
                    break;
                }
            }
            Ok::<_, reqwest::Error>((answer, body.freeze()))
        });
        let sent = match sending.await {
            // The address may hold a key.
            Ok(answered) => answered.map_err(|error| error.without_url().to_string()),
            Err(error) => Err(error.to_string()),
        };
        self.note(&sent);
        sent
    }

    /// One line when a receiver goes away, and one when it is back.
    fn note(&self, sent: &Result<(Response, Bytes), String>) {
        let trouble = match sent {
            Ok((answer, _)) if answer.status().is_success() => None,
            Ok((answer, _)) => Some(format!("it answered {}", answer.status())),
            Err(error) => Some(error.clone()),
        };
        let was_away = self.is_away.swap(trouble.is_some(), Ordering::Relaxed);
        match trouble {
            Some(error) if !was_away => {
                tracing::warn!(target: "telemetry", to = self.to, error, "can't be told of what happens here; going on without");
            }
            None if was_away => tracing::info!(target: "telemetry", to = self.to, "can be told again"),
            _ => {}
        }
    }
}
