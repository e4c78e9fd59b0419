//! Which edition is live on a host, remembered until something flips.

use std::sync::Arc;
use std::time::Duration;

use moka::sync::Cache;

use crate::base::HostName;
use crate::publishing::{Live, PublishError, Publishing};

/// Hosts remembered. Unknown ones are not: a flood of made-up names would push the real ones out.
const HOSTS: u64 = 20_000;
const PATIENCE: Duration = Duration::from_millis(250);

pub(super) struct LiveSites {
    publishing: Publishing,
    known: Cache<HostName, (i64, Arc<Live>)>,
}

impl LiveSites {
    pub(super) fn new(publishing: Publishing) -> LiveSites {
        LiveSites { publishing, known: Cache::new(HOSTS) }
    }

    /// What is live on the host, as of the last flip that this process knows of.
    pub(super) async fn of(&self, host: &HostName) -> Result<Option<Arc<Live>>, PublishError> {
        // Read before the lookup: a flip during it makes the answer stale at once, never fresh by mistake.
        let flips = self.publishing.flips();
        let known = self.known.get(host);
        if let Some((at, live)) = &known
            && *at == flips
        {
            return Ok(Some(Arc::clone(live)));
        }
        let asked = self.publishing.live(host);
        // Who has an answer from before does not wait long for a better one: the database may be away.
        let asked = match &known {
            Some((_, live)) => match tokio::time::timeout(PATIENCE, asked).await {
                Ok(answer) => answer,
                Err(_) => return Ok(Some(Arc::clone(live))),
            },
            None => asked.await,
        };
        match asked {
            Ok(Some(live)) => {
                let live = Arc::new(live);
                self.known.insert(host.clone(), (flips, Arc::clone(&live)));
                Ok(Some(live))
            }
            Ok(None) => {
                self.known.invalidate(host);
                Ok(None)
            }
            // Published sites go on being served while the database is away.
            Err(error) => match known {
                Some((_, live)) => {
                    tracing::warn!(target: "host", %host, %error, "serving the edition last known");
                    Ok(Some(live))
                }
                None => Err(error),
            },
        }
    }
}
