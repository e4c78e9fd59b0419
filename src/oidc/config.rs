use url::{Host, Url};

use crate::base::Secret;

/// Which provider, and how this installation is known there.
#[derive(Debug, Clone)]
pub struct OidcConfig {
    /// Its address, exactly as its tokens name it.
    pub issuer: String,
    /// This installation's name there; empty: nobody signs in by it.
    pub client_id: String,
    /// What proves the installation; empty for one that is registered as public.
    pub client_secret: Secret,
    /// The audience of tokens for the API; empty: none are taken.
    pub audience: String,
    /// What the button says.
    pub label: String,
}

/// Settings that can't be meant.
#[derive(Debug, thiserror::Error)]
#[error("setting oidc.{setting}: {why}")]
pub struct BadOidc {
    pub(super) setting: &'static str,
    pub(super) why: String,
}

impl OidcConfig {
    pub(super) fn check(&self) -> Result<(), BadOidc> {
        let url = Url::parse(&self.issuer).ok();
        if !url.as_ref().is_some_and(|url| is_safe(url, is_loopback(url))) {
            let why = "has to be an https address (http only for a provider on this machine)".to_owned();
            return Err(BadOidc { setting: "issuer", why });
        }
        if self.client_id.is_empty() && self.audience.is_empty() {
            let why =
                "set it for signing in at the console, or oidc.audience for tokens at the API".to_owned();
            return Err(BadOidc { setting: "client_id", why });
        }
        Ok(())
    }

    /// An address that the provider names: over https, or beside a provider on this machine.
    pub(super) fn may_ask(&self, url: &Url) -> bool {
        is_safe(
            url,
            Url::parse(&self.issuer).is_ok_and(|issuer| is_safe(&issuer, true) && is_loopback(&issuer)),
        )
    }
}

fn is_safe(url: &Url, with_loopback: bool) -> bool {
    let is_plain = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
    is_plain
        && url.has_host()
        && (url.scheme() == "https" || (with_loopback && url.scheme() == "http" && is_loopback(url)))
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(issuer: &str) -> OidcConfig {
        let (client_id, audience, label) = ("citepress".to_owned(), String::new(), String::new());
        OidcConfig { issuer: issuer.to_owned(), client_id, client_secret: Secret::new(""), audience, label }
    }

    #[test]
    fn a_provider_is_asked_over_https_or_on_this_machine() {
        for good in [
            "https://id.example",
            "https://id.example/realms/a",
            "http://127.0.0.1:9000",
            "http://localhost:1",
        ] {
            assert!(config(good).check().is_ok(), "{good}");
        }
        for bad in [
            "",
            "id.example",
            "http://id.example",
            "ftp://127.0.0.1",
            "http://127.0.0.1.evil.example",
            "https://a:b@id.example",
        ] {
            assert!(config(bad).check().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_provider_elsewhere_can_send_nobody_to_this_machine_without_tls() {
        let ask = |issuer: &str, url: &str| config(issuer).may_ask(&url.parse().unwrap());
        assert!(ask("https://id.example", "https://keys.example/jwks"));
        assert!(!ask("https://id.example", "http://127.0.0.1:6379/"));
        assert!(!ask("https://id.example", "http://id.example/jwks"));
        assert!(ask("http://localhost:9000", "http://localhost:9000/jwks"));
        assert!(!ask("http://localhost:9000", "http://id.example/jwks"));
    }
}
