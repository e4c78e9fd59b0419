//! Editions that are not live, for who holds a signed token.

use poem::Response;
use poem::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};

use super::Inner;
use super::policy::Policy;
use crate::base::HostName;
use crate::publishing::{Live, Previewed, PublishError};
use crate::tenancy::SiteId;

/// Of this host alone: no Domain. Scripts of the site can't read it.
const COOKIE: &str = "citepress_preview";

/// The token of a request's cookie.
pub(super) fn token_of(headers: &HeaderMap) -> Option<&str> {
    let cookies = headers.get(header::COOKIE)?.to_str().ok()?;
    cookies.split(';').find_map(|pair| pair.trim().strip_prefix(COOKIE)?.strip_prefix('='))
}

/// Whether a Cookie header may hold a token.
pub(super) fn is_mentioned(cookies: &[u8]) -> bool {
    cookies.windows(COOKIE.len()).any(|part| part == COOKIE.as_bytes())
}

impl Inner {
    /// Takes a token as this host's cookie and goes to the edition's home page.
    pub(super) async fn enter_preview(
        &self,
        host: &HostName,
        site: SiteId,
        token: &str,
    ) -> Result<Response, PublishError> {
        match self.publishing.previewed(site, host, token).await? {
            Previewed::Edition(_) => {}
            Previewed::Removed => return Ok(self.answers.removed_preview()),
            Previewed::Refused => return Ok(self.answers.refused_preview()),
        }
        let secure = if self.address.scheme == "https" { "; Secure" } else { "" };
        // Until the browser is closed; the token itself ends by its date.
        let cookie = format!("{COOKIE}={token}; Path=/; HttpOnly; SameSite=Lax{secure}");
        let mut response = self.answers.moved(StatusCode::SEE_OTHER, "/");
        response.headers_mut().insert(header::CACHE_CONTROL, Policy::Never.header());
        if let Ok(cookie) = HeaderValue::from_str(&cookie) {
            response.headers_mut().insert(header::SET_COOKIE, cookie);
        }
        Ok(response)
    }

    /// A file of the edition that the cookie's token is for, marked so that nobody keeps or indexes it; of the live one
    /// when the token is not valid any more.
    pub(super) async fn preview(
        &self,
        host: &HostName,
        live: &Live,
        token: &str,
        uri: &Uri,
        headers: &HeaderMap,
    ) -> Result<Response, PublishError> {
        let manifest = match self.publishing.previewed(live.site, host, token).await? {
            Previewed::Edition(manifest) => manifest,
            Previewed::Refused => return self.file(live.manifest, uri, headers).await,
            Previewed::Removed => {
                // Said once, on whatever page: without the cookie the next request gets the live edition.
                let mut response = self.answers.removed_preview();
                if let Ok(over) = HeaderValue::from_str(&format!("{COOKIE}=; Path=/; Max-Age=0")) {
                    response.headers_mut().insert(header::SET_COOKIE, over);
                }
                return Ok(response);
            }
        };
        let mut response = self.file(Some(manifest), uri, headers).await?;
        response.headers_mut().insert("x-robots-tag", HeaderValue::from_static("noindex"));
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
        Ok(response)
    }
}
