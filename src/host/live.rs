//! Which edition is live on a host, remembered until its site flips.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use quick_cache::sync::Cache;

use super::unknown::Unknown;
use crate::base::HostName;
use crate::publishing::{Live, PublishError, Publishing};

/// Hosts remembered. Those that nobody has stand apart: a flood of made-up names would push the real ones out.
const HOSTS: usize = 20_000;
/// How long a reader waits for the newest edition where the one before it is at hand.
const PATIENCE: Duration = Duration::from_secs(1);

pub(super) struct LiveSites {
    publishing: Publishing,
    known: Cache<HostName, Arc<Known>>,
    unknown: Unknown,
}

struct Known {
    live: Arc<Live>,
    /// The number of flips up to which this is known to be so.
    at: AtomicI64,
}

impl LiveSites {
    pub(super) fn new(publishing: Publishing) -> LiveSites {
        LiveSites { publishing, known: Cache::new(HOSTS), unknown: Unknown::new() }
    }

    /// What is live on the host, as of the last flip that this process knows of.
    pub(super) async fn of(&self, host: &HostName) -> Result<Option<Arc<Live>>, PublishError> {
        // Read before the lookup: a flip during it makes the answer stale at once, never fresh by mistake.
        let now = self.publishing.flips().now();
        let known = self.known.get(host);
        if let Some(known) = &known
            && self.is_current(known, now)
        {
            return Ok(Some(Arc::clone(&known.live)));
        }
        if known.is_none() && self.unknown.is(host, now, Instant::now()) {
            return Ok(None);
        }
        Box::pin(self.look_up(host, known, now)).await
    }

    fn is_current(&self, known: &Known, now: i64) -> bool {
        let at = known.at.load(Ordering::Acquire);
        if at < now {
            if self.publishing.flips().may_have_flipped(known.live.site, at, now) {
                return false;
            }
            known.at.fetch_max(now, Ordering::AcqRel);
        }
        true
    }

    async fn look_up(
        &self,
        host: &HostName,
        known: Option<Arc<Known>>,
        now: i64,
    ) -> Result<Option<Arc<Live>>, PublishError> {
        let asked = self.publishing.live(host);
        // Who has an answer from before does not wait long for a better one: the database may be away.
        let asked = match &known {
            Some(known) => match tokio::time::timeout(PATIENCE, asked).await {
                Ok(answer) => answer,
                Err(_) => return Ok(Some(Arc::clone(&known.live))),
            },
            None => asked.await,
        };
        match asked {
            Ok(Some(live)) => {
                let live = Arc::new(live);
                let known = Known { live: Arc::clone(&live), at: AtomicI64::new(now) };
                self.known.insert(host.clone(), Arc::new(known));
                self.unknown.forget(host);
                Ok(Some(live))
            }
            Ok(None) => {
                self.known.remove(host);
                self.unknown.remember(host, now, Instant::now());
                Ok(None)
            }
            // Published sites go on being served while the database is away.
            Err(error) => match known {
                Some(known) => {
                    tracing::warn!(target: "host", %host, %error, "serving the edition last known");
                    Ok(Some(Arc::clone(&known.live)))
                }
                None => Err(error),
            },
        }
    }
}
