//! The way through redirects.

use url::Url;

use super::error::FetchError;
use super::fetched::Hop;

/// Where a fetch began, where it is, and how it came there.
pub(super) struct Trail {
    start: Url,
    pub(super) here: Url,
    pub(super) hops: Vec<Hop>,
    limit: usize,
}

impl Trail {
    pub(super) fn new(mut url: Url, limit: usize) -> Trail {
        url.set_fragment(None);
        Trail { start: url.clone(), here: url, hops: Vec::new(), limit }
    }

    pub(super) fn follow(&mut self, to: Url, status: u16) -> Result<(), FetchError> {
        let from = std::mem::replace(&mut self.here, to);
        self.hops.push(Hop { url: from, status });
        if self.hops.iter().any(|hop| hop.url == self.here) {
            let mut path: Vec<&str> = self.hops.iter().map(|hop| hop.url.as_str()).collect();
            path.push(self.here.as_str());
            return Err(FetchError::RedirectLoop { url: self.start.to_string(), path: path.join(" -> ") });
        }
        if self.hops.len() > self.limit {
            return Err(FetchError::TooManyRedirects { url: self.start.to_string(), limit: self.limit });
        }
        Ok(())
    }
}

/// The address that a Location header names.
pub(super) fn target(from: &Url, location: &[u8]) -> Result<Url, FetchError> {
    let bad = |why: String| FetchError::BadRedirect { url: from.to_string(), why };
    let text = std::str::from_utf8(location).map_err(|error| bad(error.to_string()))?;
    let mut to = from.join(text).map_err(|error| bad(error.to_string()))?;
    to.set_fragment(None);
    Ok(to)
}
