//! How long others may keep an answer: every answer of this face names one of these.

use poem::http::HeaderValue;

/// A cache policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Policy {
    /// The name carries a hash of the content: keep it for good.
    Immutable,
    /// Keep it, but ask each time whether it is still the one (strong ETag).
    Revalidate,
    /// Where something moved to may change again: an hour.
    Redirect,
    /// Errors and what depends on the moment: not at all.
    Never,
}

impl Policy {
    pub(super) fn header(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Policy::Immutable => "public, max-age=31536000, immutable",
            Policy::Revalidate => "public, max-age=0, must-revalidate",
            Policy::Redirect => "public, max-age=3600",
            Policy::Never => "no-store",
        })
    }
}
