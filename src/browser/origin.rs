use std::fmt;
use std::str::FromStr;

/// Scheme, host and port of a page, as browsers write it (RFC 6454): `https://app.example`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin(String);

/// What no browser would send as an origin.
#[derive(Debug, thiserror::Error)]
#[error(
    "\"{0}\" is no origin: write it as a browser does, like https://app.example or http://localhost:5173"
)]
pub struct BadOrigin(String);

impl Origin {
    /// As it stands in the header.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Origin {
    type Err = BadOrigin;

    fn from_str(text: &str) -> Result<Origin, BadOrigin> {
        let url = url::Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
        // What reads back as itself has no path, no wildcard, no default port and no capitals: it can be compared as text.
        let same = url.filter(|url| url.origin().ascii_serialization() == text && !text.contains('*'));
        same.map(|_| Origin(text.to_owned())).ok_or_else(|| BadOrigin(text.chars().take(80).collect()))
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_exact_and_never_a_pattern() {
        for good in ["https://app.example", "http://localhost:5173", "https://app.example:8443"] {
            assert_eq!(good.parse::<Origin>().unwrap().as_str(), good);
        }
        for bad in [
            "*",
            "null",
            "",
            "https://*.example",
            "https://app.example/",
            "https://app.example/path",
            "https://app.example:443",
            "HTTPS://app.example",
            "app.example",
            "file:///",
            "https://u@app.example",
        ] {
            assert!(bad.parse::<Origin>().is_err(), "{bad}");
        }
    }
}
