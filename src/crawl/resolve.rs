//! The resolver that connects: it gives out only addresses that the guard permits, so a name that answers
//! differently the second time (DNS rebinding) gains nothing.

use std::fmt;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::guard::Guard;

/// The answer of a [`Lookup`], later.
pub type Answer = Pin<Box<dyn Future<Output = io::Result<Vec<IpAddr>>> + Send>>;

/// Where names are looked up. The system's resolver, or a test's.
pub trait Lookup: Send + Sync {
    /// All addresses of a name.
    fn addresses(&self, host: String) -> Answer;
}

/// The resolver of the operating system.
#[derive(Debug, Clone, Copy)]
pub struct SystemLookup;

impl Lookup for SystemLookup {
    fn addresses(&self, host: String) -> Answer {
        Box::pin(async move {
            // RFC 6761: these names are always the machine itself, whatever its resolver makes of them.
            if host == "localhost" || host.ends_with(".localhost") {
                return Ok(vec![Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()]);
            }
            let found = tokio::net::lookup_host((host.as_str(), 0)).await?;
            Ok(found.map(|address| address.ip()).collect())
        })
    }
}

/// Looks names up for connections to one port, or (`None`) to any port that no rule names.
pub(super) struct GuardedResolver {
    pub(super) guard: Arc<Guard>,
    pub(super) lookup: Arc<dyn Lookup>,
    pub(super) port: Option<u16>,
}

impl Resolve for GuardedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let host = name.as_str().to_owned();
        let found = self.lookup.addresses(host.clone());
        let guard = Arc::clone(&self.guard);
        // Port 0 is named by no rule, so it is judged as every unnamed port is.
        let port = self.port.unwrap_or(0);
        Box::pin(async move {
            let found = found.await.map_err(|error| Unresolved::Unknown(error.to_string()))?;
            let (open, closed): (Vec<IpAddr>, Vec<IpAddr>) =
                found.into_iter().partition(|ip| guard.permits(&host, *ip, port));
            match (open.is_empty(), closed.first()) {
                (false, _) => Ok(Box::new(open.into_iter().map(|ip| SocketAddr::new(ip, 0))) as Addrs),
                (true, Some(ip)) => Err(Unresolved::Refused(*ip).into()),
                (true, None) => Err(Unresolved::Unknown("no address".to_owned()).into()),
            }
        })
    }
}

/// Why a name gave no address to connect to; travels inside the client's error.
#[derive(Debug)]
pub(super) enum Unresolved {
    Refused(IpAddr),
    Unknown(String),
}

impl fmt::Display for Unresolved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unresolved::Refused(ip) => write!(f, "{ip} may not be reached"),
            Unresolved::Unknown(why) => f.write_str(why),
        }
    }
}

impl std::error::Error for Unresolved {}
