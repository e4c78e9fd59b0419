//! How often an organisation may call, and how often an address may fail to prove who it is.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::time::Duration;

use poem::http::StatusCode;

use super::problem::Problem;
use crate::limits::{Cells, Counting, Place, Places, network};
use crate::tenancy::OrgId;

const WINDOW: u64 = 60;

/// How often somebody may call, and how many streams of this process may be open.
pub struct Limits {
    per_minute: NonZeroU32,
    orgs: Cells<OrgId>,
    addresses: Cells<IpAddr>,
    streams: Places<OrgId>,
}

/// Streams open at once: each takes a connection and looks into the database now and then.
const STREAMS_OF_ORG: usize = 10;
const STREAMS: usize = 500;

/// What is left to an organisation, for the headers of its answer.
#[derive(Debug, Clone, Copy)]
pub(super) struct Left {
    limit: u32,
    left: u32,
}

impl Limits {
    /// Requests of one organisation in a minute, and failures of one address.
    pub fn new(per_minute: NonZeroU32, wrong_keys: NonZeroU32, counting: &Counting) -> Limits {
        let orgs = Cells::per_minute("api.orgs", per_minute, counting);
        let addresses = Cells::per_minute("api.addresses", wrong_keys, counting);
        Limits { per_minute, orgs, addresses, streams: Places::new(STREAMS_OF_ORG, STREAMS) }
    }

    /// Takes a place for a stream.
    pub(super) fn open_stream(&self, org: OrgId) -> Result<Place<OrgId>, Problem> {
        self.streams.take(org).ok_or_else(|| {
            let detail =
                format!("An organisation has at most {STREAMS_OF_ORG} streams open. Close one, or wait.");
            refused("too_many_streams", detail, Duration::from_secs(15))
        })
    }

    /// Counts a request of an organisation.
    pub(super) async fn take(&self, org: OrgId) -> (Left, Result<(), Problem>) {
        let limit = self.per_minute.get();
        match self.orgs.take(&org).await {
            Ok(left) => (Left { limit, left }, Ok(())),
            Err(wait) => {
                let detail =
                    format!("Your organisation may call {limit} times a minute. Wait as Retry-After says.");
                (Left { limit, left: 0 }, Err(refused("rate_limited", detail, wait)))
            }
        }
    }

    /// Counts a failure of an address to prove who it is.
    pub(super) async fn take_failure(&self, address: IpAddr) -> Result<(), Problem> {
        self.addresses.take(&network(address)).await.map(drop).map_err(|wait| {
            let detail =
                "Too many requests without a good key come from your address. Check the key, and wait.";
            refused("too_many_failures", detail, wait)
        })
    }
}

impl Left {
    /// `RateLimit-Policy` and `RateLimit` as the IETF's draft writes them.
    pub(super) fn headers(self) -> [(&'static str, String); 2] {
        let Left { limit, left } = self;
        let until_full = u64::from(limit.saturating_sub(left)) * WINDOW / u64::from(limit.max(1));
        [
            ("ratelimit-policy", format!("\"org\";q={limit};w={WINDOW}")),
            ("ratelimit", format!("\"org\";r={left};t={until_full}")),
        ]
    }
}

fn refused(code: &str, detail: impl Into<String>, wait: Duration) -> Problem {
    let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
    Problem::new(StatusCode::TOO_MANY_REQUESTS, code, detail).again_in(seconds.max(1))
}
