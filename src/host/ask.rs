//! Whether a proxy may get a certificate for a name: it asks before it gets one (Caddy's `on_demand_tls`), so that nobody can
//! make it ask an authority for names that lead here by a stranger's DNS alone.

use std::net::{IpAddr, SocketAddr};

use poem::http::StatusCode;
use poem::{Request, Response};

use super::Host;
use crate::base::HostName;
use crate::limits::Proxies;

/// Where a proxy asks: `?domain=NAME`.
pub const ASK: &str = "/internal/ask";

impl Host {
    /// 200 for a name on which a site answers, 404 for any other.
    pub async fn ask(&self, request: &Request) -> Response {
        let query = request.uri().query().unwrap_or_default();
        let asked = url::form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "domain");
        let name = asked.and_then(|(_, name)| name.parse::<HostName>().ok());
        let status = match name {
            None => StatusCode::NOT_FOUND,
            Some(name) => match self.inner.publishing.is_served(&name).await {
                Ok(true) => StatusCode::OK,
                Ok(false) => StatusCode::NOT_FOUND,
                Err(error) => {
                    tracing::error!(target: "host", host = %name, %error, "a proxy's question can't be answered");
                    StatusCode::SERVICE_UNAVAILABLE
                }
            },
        };
        Response::builder().status(status).header("cache-control", "no-store").finish()
    }
}

/// Whether it is a proxy of the operator's that asks, for itself: what it passes on of others says for whom.
pub fn may_ask(request: &Request, proxies: &[Proxies]) -> bool {
    let is_passed_on = request.headers().contains_key("x-forwarded-for");
    let peer: Option<IpAddr> = request.remote_addr().as_socket_addr().map(SocketAddr::ip);
    let is_ours = |peer: IpAddr| peer.is_loopback() || proxies.iter().any(|known| known.contains(peer));
    !is_passed_on && peer.is_some_and(is_ours)
}
