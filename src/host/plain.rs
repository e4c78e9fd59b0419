//! Plain requests: GET and HEAD for a file, with nothing in them that asks for more than an answer from memory. Pure.
//!
//! What is read here is read by the parser that hyper stands on. A request with anything unusual is not judged but left to
//! hyper, with all of its bytes: two readers that disagree on where a request ends would be a hole.

use httparse::{EMPTY_HEADER, Request, Status};

use super::negotiate::Wishes;
use super::preview;
use crate::publishing::PREVIEW_PATH;

/// A plain request.
#[derive(Debug, PartialEq)]
pub(super) struct Plain<'a> {
    pub head_only: bool,
    pub host: &'a str,
    pub path: &'a str,
    pub wishes: Wishes,
    pub if_none_match: Option<&'a str>,
    /// How many bytes it takes.
    pub len: usize,
}

/// What some bytes begin with.
#[derive(Debug, PartialEq)]
pub(super) enum Read<'a> {
    Plain(Plain<'a>),
    /// The beginning of a request.
    Partial,
    /// Something else.
    Other,
}

/// More headers than that are hyper's.
const HEADERS: usize = 40;

pub(super) fn read(bytes: &[u8]) -> Read<'_> {
    let mut headers = [EMPTY_HEADER; HEADERS];
    let mut request = Request::new(&mut headers);
    match request.parse(bytes) {
        Ok(Status::Complete(len)) => plain(&request, len).map_or(Read::Other, Read::Plain),
        Ok(Status::Partial) => Read::Partial,
        Err(_) => Read::Other,
    }
}

fn plain<'a>(request: &Request<'_, 'a>, len: usize) -> Option<Plain<'a>> {
    let head_only = match (request.method?, request.version?) {
        ("GET", 1) => false,
        ("HEAD", 1) => true,
        _ => return None,
    };
    let path = request.path.filter(|target| is_simple(target))?;
    let path = path.split_once('?').map_or(path, |(path, _)| path);
    if path.starts_with(PREVIEW_PATH) {
        return None;
    }
    let mut used: [(&str, Option<&'a str>); 4] =
        [("host", None), ("accept-encoding", None), ("accept", None), ("if-none-match", None)];
    for header in request.headers.iter() {
        if let Some((_, value)) = used.iter_mut().find(|(name, _)| header.name.eq_ignore_ascii_case(name)) {
            // Twice the same header is rare, and what it means is not for here.
            if value.replace(text(header.value)?).is_some() {
                return None;
            }
        } else if is_more(header.name, header.value) {
            return None;
        }
    }
    let [(_, host), (_, encodings), (_, accept), (_, if_none_match)] = used;
    Some(Plain { head_only, host: host?, path, wishes: Wishes::read(encodings, accept), if_none_match, len })
}

/// Whether a target is a path, perhaps with a query, of characters that mean the same to everybody.
fn is_simple(target: &str) -> bool {
    let simple = |b: u8| b.is_ascii_alphanumeric() || b"/-._~%?=&+".contains(&b);
    target.starts_with('/') && target.bytes().all(simple)
}

/// Whether a header asks for something that is not done here, or says that more bytes belong to the request.
fn is_more(name: &str, value: &[u8]) -> bool {
    let is = |other: &str| name.eq_ignore_ascii_case(other);
    match name.len() {
        2 => is("te"),
        5 => is("range"),
        6 => is("expect") || is("cookie") && preview::is_mentioned(value),
        7 => is("upgrade") || is("trailer"),
        8 => is("if-range"),
        10 => is("connection") && !value.eq_ignore_ascii_case(b"keep-alive"),
        14 => is("content-length"),
        17 => is("transfer-encoding"),
        _ => false,
    }
}

/// The values that `HeaderValue::to_str` gives.
fn text(value: &[u8]) -> Option<&str> {
    let visible = value.iter().all(|b| (b' '..=b'~').contains(b) || *b == b'\t');
    std::str::from_utf8(value).ok().filter(|_| visible)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_plain(request: &str) -> bool {
        matches!(read(request.as_bytes()), Read::Plain(_))
    }

    #[test]
    fn a_browsers_request_is_plain_and_what_follows_it_is_the_next() {
        let first = "GET /guide/?utm_source=x HTTP/1.1\r\nHost: acme.example\r\nAccept: text/html,*/*;q=0.8\r\n\
            Accept-Encoding: gzip, br\r\nCookie: theme=dark\r\nConnection: Keep-Alive\r\nIf-None-Match: \"a\"\r\n\r\n";
        let both = format!("{first}GET /");
        let Read::Plain(plain) = read(both.as_bytes()) else { panic!("not plain") };
        assert_eq!((plain.host, plain.path, plain.len), ("acme.example", "/guide/", first.len()));
        assert_eq!((plain.head_only, plain.if_none_match), (false, Some("\"a\"")));
        assert_eq!(read(&both.as_bytes()[first.len()..]), Read::Partial);
    }

    #[test]
    fn a_request_with_more_in_it_is_left_to_hyper() {
        for line in [
            "Content-Length: 0",
            "Transfer-Encoding: chunked",
            "transfer-encoding : chunked",
            "Upgrade: websocket",
            "Connection: close",
            "Expect: 100-continue",
            "Range: bytes=0-1",
            "If-Range: \"a\"",
            "Cookie: a=b; citepress_preview=x",
            "Host: other.example",
            "Accept: text/html",
            "Accept-Encoding: br\u{e9}",
            " folded: x",
        ] {
            let request = format!("GET / HTTP/1.1\r\nHost: a.example\r\nAccept: */*\r\n{line}\r\n\r\n");
            assert!(!is_plain(&request), "{line}");
        }
        for line in [
            "POST / HTTP/1.1",
            "GET / HTTP/1.0",
            "GET http://a.example/ HTTP/1.1",
            "GET /a\"b HTTP/1.1",
            "GET * HTTP/1.1",
        ] {
            assert!(!is_plain(&format!("{line}\r\nHost: a.example\r\n\r\n")), "{line}");
        }
        assert!(!is_plain("GET / HTTP/1.1\r\n\r\n"), "without a host");
        assert!(!is_plain("GET /_preview/token HTTP/1.1\r\nHost: a.example\r\n\r\n"));
    }
}
