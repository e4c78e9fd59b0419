//! Which face a request is for: the console's host gets the console and the API, every other host is a published site.
//! The two never mix: a site's host reaches no route of the console.

use poem::endpoint::BoxEndpoint;
use poem::http::header;
use poem::{Endpoint, EndpointExt, IntoEndpoint, Request, Response};

use crate::base::HostName;
use crate::host::{ASK, Host, may_ask};
use crate::limits::Proxies;

/// The one endpoint of the process.
pub(super) struct Front {
    own_hosts: Vec<HostName>,
    own: BoxEndpoint<'static, Response>,
    sites: Host,
    proxies: Vec<Proxies>,
}

impl Front {
    /// `proxies` may ask which names are served.
    pub(super) fn new(
        public_url: &str,
        own: impl IntoEndpoint<Endpoint: 'static>,
        sites: Host,
        proxies: &[Proxies],
    ) -> Front {
        let named = url::Url::parse(public_url).ok().and_then(|url| url.host_str()?.parse().ok());
        // Probes and people on the machine itself come by these.
        let local = ["localhost", "127.0.0.1"].into_iter().filter_map(|name| name.parse().ok());
        let own = own.into_endpoint().map_to_response().boxed();
        let own_hosts = named.into_iter().chain(local).collect();
        Front { own_hosts, own, sites, proxies: proxies.to_vec() }
    }

    /// The hosts of the console and the API.
    pub(super) fn own_hosts(&self) -> &[HostName] {
        &self.own_hosts
    }

    /// The published sites.
    pub(super) fn sites(&self) -> &Host {
        &self.sites
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

impl Endpoint for Front {
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        if request.uri().path() == ASK && may_ask(&request, &self.proxies) {
            // Whatever the name by which the proxy knows this process.
            Ok(self.sites.ask(&request).await)
        } else if self.is_own(&request) {
            self.own.call(request).await
        } else {
            Ok(self.sites.answer(&request).await)
        }
    }
}
