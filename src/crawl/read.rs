//! Reading a response's body within its bounds.

use reqwest::Response;

use super::config::Caps;
use super::error::FetchError;
use super::inflate::{Excess, Inflater};
use super::stopwatch::Stopwatch;

/// How much of a body is wanted.
#[derive(Debug, Clone, Copy)]
pub(super) enum Body {
    /// All of it; too much is an error.
    Whole,
    /// Its beginning; the rest is left unread.
    First(usize),
}

/// A body that was read.
pub(super) struct Inflated {
    pub(super) bytes: Vec<u8>,
    pub(super) wire: u64,
}

pub(super) async fn body(
    url: &str,
    encoding: &str,
    mut response: Response,
    caps: Caps,
    wanted: Body,
    watch: &mut Stopwatch,
) -> Result<Inflated, FetchError> {
    let limit = match wanted {
        Body::Whole => caps.inflated_bytes,
        Body::First(enough) => enough as u64,
    };
    let too_large = || FetchError::TooLarge { url: url.to_owned(), limit: caps.wire_bytes };
    let damaged = |why: String| FetchError::Broken { url: url.to_owned(), why };
    if matches!(wanted, Body::Whole) && response.content_length().is_some_and(|said| said > caps.wire_bytes) {
        return Err(too_large());
    }
    let mut inflater = Inflater::new(encoding, limit, caps.ratio)
        .ok_or_else(|| FetchError::UnknownEncoding { url: url.to_owned(), encoding: encoding.to_owned() })?;
    let mut wire = 0;
    while let Some(piece) =
        watch.rest(url, response.chunk()).await?.map_err(|error| damaged(cause(&error)))?
    {
        wire += piece.len() as u64;
        if wire > caps.wire_bytes {
            return Err(too_large());
        }
        match inflater.push(&piece).map_err(|error| (Excess::behind(&error), error)) {
            Ok(()) => {}
            Err((Some(Excess::Bytes), _)) if matches!(wanted, Body::First(_)) => {
                return Ok(Inflated { bytes: inflater.so_far(), wire });
            }
            Err((Some(Excess::Bytes), _)) => {
                return Err(FetchError::TooLargeInflated { url: url.to_owned(), limit });
            }
            Err((Some(Excess::Ratio), _)) => {
                return Err(FetchError::Bomb { url: url.to_owned(), ratio: caps.ratio });
            }
            Err((None, error)) => return Err(damaged(error.to_string())),
        }
    }
    let bytes = inflater.end().map_err(|error| damaged(error.to_string()))?;
    Ok(Inflated { bytes, wire })
}

/// The innermost cause: the client's own messages only repeat the URL.
fn cause(error: &reqwest::Error) -> String {
    let mut why = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(inner) = source {
        why = inner.to_string();
        source = inner.source();
    }
    why
}
