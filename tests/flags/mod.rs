//! The operator's switches, as each face shows them.

mod cli;
mod faces;
mod jobs;

use std::time::{Duration, Instant};

/// Longer than any process takes to hear of a switch.
const HEARD: Duration = Duration::from_secs(20);

/// Waits until something is so.
async fn until(what: &str, mut is_so: impl AsyncFnMut() -> bool) {
    let began = Instant::now();
    while !is_so().await {
        assert!(began.elapsed() < HEARD, "{what}: not within {HEARD:?}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
