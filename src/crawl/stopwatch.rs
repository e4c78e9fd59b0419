//! The time that one document may take on the network, over all its redirects.

use std::time::Duration;

use tokio::time::{Instant, timeout};

use super::config::Caps;
use super::error::FetchError;

/// What is left of the total. It runs only while something is awaited through it, so that polite pauses cost nothing.
pub(super) struct Stopwatch {
    left: Duration,
    caps: Caps,
}

impl Stopwatch {
    pub(super) fn new(caps: Caps) -> Stopwatch {
        Stopwatch { left: caps.total, caps }
    }

    /// Waits for a response's head.
    pub(super) async fn head<F: Future>(
        &mut self,
        url: &str,
        head: F,
    ) -> Result<(F::Output, Duration), FetchError> {
        let begun = Instant::now();
        let cap = self.caps.first_byte;
        if cap < self.left {
            match timeout(cap, head).await {
                Ok(output) => {
                    self.left = self.left.saturating_sub(begun.elapsed());
                    Ok((output, begun.elapsed()))
                }
                Err(_) => Err(too_slow(url, "answer", "first_byte", cap)),
            }
        } else {
            self.rest(url, head).await.map(|output| (output, begun.elapsed()))
        }
    }

    /// Waits for anything else, as long as the total allows.
    pub(super) async fn rest<F: Future>(&mut self, url: &str, step: F) -> Result<F::Output, FetchError> {
        let begun = Instant::now();
        let output = timeout(self.left, step).await;
        self.left = self.left.saturating_sub(begun.elapsed());
        output.map_err(|_| too_slow(url, "complete document", "total", self.caps.total))
    }
}

fn too_slow(url: &str, what: &'static str, setting: &'static str, limit: Duration) -> FetchError {
    FetchError::TooSlow { url: url.to_owned(), what, setting, limit }
}
