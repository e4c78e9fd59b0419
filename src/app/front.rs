//! Which face a request is for: the console's host gets the console and the API, every other host is a published site.
//! The two never mix: a site's host reaches no route of the console.

use poem::endpoint::BoxEndpoint;
use poem::http::{HeaderName, header};
use poem::{Endpoint, EndpointExt, IntoEndpoint, Request, Response};

use super::metrics::{METRICS, Metrics};
use crate::base::HostName;
use crate::host::{ASK, Host, may_ask};
use crate::limits::Proxies;
use crate::telemetry;

/// The one endpoint of the process.
pub(super) struct Front {
    own_hosts: Vec<HostName>,
    own: BoxEndpoint<'static, Response>,
    sites: Host,
    proxies: Vec<Proxies>,
    /// Absent where they are shown on a port of their own.
    metrics: Option<Metrics>,
}

impl Front {
    /// `proxies` may ask which names are served.
    pub(super) fn new(
        public_url: &str,
        own: impl IntoEndpoint<Endpoint: 'static>,
        sites: Host,
        proxies: &[Proxies],
        metrics: Option<Metrics>,
    ) -> Front {
        let named = url::Url::parse(public_url).ok().and_then(|url| url.host_str()?.parse().ok());
        // Probes and people on the machine itself come by these.
        let local = ["localhost", "127.0.0.1"].into_iter().filter_map(|name| name.parse().ok());
        let own = own.into_endpoint().map_to_response().boxed();
        let own_hosts = named.into_iter().chain(local).collect();
        Front { own_hosts, own, sites, proxies: proxies.to_vec(), metrics }
    }

    /// The hosts of the console and the API.
    pub(super) fn own_hosts(&self) -> &[HostName] {
        &self.own_hosts
    }

    /// The published sites.
    pub(super) fn sites(&self) -> &Host {
        &self.sites
    }

    async fn own_answer(&self, request: Request) -> poem::Result<Response> {
        // Whoever may not say which trace a request belongs to has had that line taken away by now.
        if !request.headers().contains_key(TRACE_PARENT) {
            return self.own.call(request).await;
        }
        let headers = request.headers().clone();
        telemetry::carried(&headers, self.own.call(request)).await
    }

    fn is_own(&self, request: &Request) -> bool {
        let named = match request.uri().authority() {
            Some(authority) => Some(authority.as_str()),
            None => request.headers().get(header::HOST).and_then(|host| host.to_str().ok()),
        };
        let host = named.and_then(|named| HostName::from_header(named).ok());
        host.is_some_and(|host| self.own_hosts.contains(&host))
    }
}

/// The lines by which a caller says which trace a request belongs to (W3C Trace Context).
pub(super) const TRACE_PARENT: HeaderName = HeaderName::from_static("traceparent");
pub(super) const TRACE_STATE: HeaderName = HeaderName::from_static("tracestate");

fn is_scrape(request: &Request) -> bool {
    request.uri().path() == METRICS && request.method().is_safe()
}

impl Endpoint for Front {
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        if request.uri().path() == ASK && may_ask(&request, &self.proxies) {
            // Whatever the name by which the proxy knows this process.
            Ok(self.sites.ask(&request).await)
        } else if self.is_own(&request) {
            match self.metrics.as_ref().filter(|metrics| is_scrape(&request) && metrics.admits(&request)) {
                Some(metrics) => Ok(metrics.answer().await),
                None => self.own_answer(request).await,
            }
        } else {
            Ok(self.sites.answer(&request).await)
        }
    }
}
