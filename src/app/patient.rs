//! Bodies that come slowly: a request has to be sent, and not dripped.

use std::io;
use std::time::Duration;

use bytes::Bytes;
use futures_util::stream::{Stream, unfold};
use futures_util::{StreamExt, TryStreamExt};
use poem::{Body, Request};
use tokio::time::Instant;

use crate::host::PATIENCE;

/// What a client sends at least in a second, on average over [`PATIENCE`]: a tenth of what the slowest telephone does.
const PACE: u64 = 2 * 1024;

/// A request whose body has to keep coming.
pub(super) fn patient(mut request: Request) -> Request {
    if request.headers().contains_key("content-length") || request.headers().contains_key("transfer-encoding")
    {
        let body = request.take_body().into_bytes_stream();
        request.set_body(Body::from_bytes_stream(paced(body, PATIENCE, PACE)));
    }
    request
}

/// The parts, and an error instead of the one that is too late. What was sent fast buys no more than `patience`: else a
/// large beginning would pay for hours of dripping.
fn paced(
    body: impl Stream<Item = io::Result<Bytes>> + Send + 'static,
    patience: Duration,
    pace: u64,
) -> impl Stream<Item = io::Result<Bytes>> + Send {
    unfold(Some((body.boxed(), patience)), move |body| async move {
        let (mut body, credit) = body?;
        // Only what the client lets us wait counts, and not what we take over its parts.
        let asked = Instant::now();
        match tokio::time::timeout(credit, body.try_next()).await {
            Ok(part) => part.transpose().map(|part| {
                let length = part.as_ref().map_or(0, |part| part.len() as u64);
                let earned = Duration::from_millis(length.saturating_mul(1000) / pace);
                let credit = credit.saturating_sub(asked.elapsed()).saturating_add(earned).min(patience);
                (part, Some((body, credit)))
            }),
            Err(_) => Some((Err(io::ErrorKind::TimedOut.into()), None)),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Parts of so many bytes, one every so often.
    fn sent(bytes: usize, every: Duration, parts: usize) -> impl Stream<Item = io::Result<Bytes>> {
        futures_util::stream::iter(0..parts).then(move |_| async move {
            tokio::time::sleep(every).await;
            Ok(Bytes::from(vec![0; bytes]))
        })
    }

    #[tokio::test]
    async fn a_body_that_drips_is_given_up_and_one_that_is_merely_slow_is_not() {
        let (patience, tick) = (Duration::from_secs(3), Duration::from_millis(100));
        let dripped = paced(sent(1, tick, 1000), patience, 1000).try_collect::<Vec<_>>();
        let begun = futures_util::stream::iter([Ok(Bytes::from(vec![0; 1_000_000]))]);
        let burst = paced(begun.chain(sent(1, tick, 1000)), patience, 1000).try_collect::<Vec<_>>();
        // Faster than it has to be: a busy machine may hold it up.
        let slow = paced(sent(300, tick, 40), patience, 1000).try_collect::<Vec<_>>();
        let (dripped, burst, slow) = tokio::join!(dripped, burst, slow);
        assert_eq!(dripped.unwrap_err().kind(), io::ErrorKind::TimedOut);
        assert_eq!(burst.unwrap_err().kind(), io::ErrorKind::TimedOut, "a burst pays for no dripping");
        assert_eq!(slow.unwrap().len(), 40, "longer than the patience, and in pace");
    }
}
