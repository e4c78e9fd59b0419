//! How much of a text is handed to the parser.

use super::MOST_BYTES;

const MOST_ATTRIBUTES: usize = 256;

/// How much of the text is read: up to the cap, and up to the first tag with an absurd number of attributes.
pub(super) fn readable(body: &str) -> usize {
    let end = body.floor_char_boundary(MOST_BYTES);
    let bytes = &body.as_bytes()[..end];
    let mut at = 0;
    while let Some(tag) = next(bytes, at, b"<") {
        let rest = &bytes[tag + 1..];
        at = if rest.starts_with(b"!--") {
            next(bytes, tag + 4, b"-->").unwrap_or(end)
        } else if rest.first().is_some_and(u8::is_ascii_alphabetic) {
            match end_of_tag(bytes, tag) {
                Some(after) => after + raw_text(bytes, tag, after),
                None => return tag,
            }
        } else {
            tag + 1
        };
    }
    end
}

pub(super) fn next(bytes: &[u8], from: usize, what: &[u8]) -> Option<usize> {
    let rest = bytes.get(from..)?;
    rest.windows(what.len()).position(|window| window == what).map(|found| from + found)
}

/// Past the `>` of a tag; `None` when it has too many attributes.
fn end_of_tag(bytes: &[u8], tag: usize) -> Option<usize> {
    let mut attributes = 0;
    let mut quote = None;
    let mut before = b' ';
    for (at, &byte) in bytes.iter().enumerate().skip(tag + 1) {
        match quote {
            Some(open) if byte == open => quote = None,
            Some(_) => {}
            None if byte == b'>' => return Some(at + 1),
            None if matches!(byte, b'"' | b'\'') && before == b'=' => quote = Some(byte),
            None if byte.is_ascii_whitespace() => {}
            None if matches!(before, b' ' | b'\t' | b'\n' | b'\r' | b'\x0c' | b'/' | b'"' | b'\'') => {
                attributes += 1;
            }
            None => {}
        }
        if attributes > MOST_ATTRIBUTES {
            return None;
        }
        if !byte.is_ascii_whitespace() || before != b'=' {
            before = byte;
        }
    }
    Some(bytes.len())
}

/// The length of the raw text after a script or style tag: what stands in it is no markup.
fn raw_text(bytes: &[u8], tag: usize, after: usize) -> usize {
    for name in ["script", "style"] {
        let named = bytes.get(tag + 1..tag + 1 + name.len());
        if named.is_some_and(|named| named.eq_ignore_ascii_case(name.as_bytes())) {
            let mut at = after;
            while let Some(close) = next(bytes, at, b"</") {
                let found = bytes.get(close + 2..close + 2 + name.len());
                if found.is_some_and(|found| found.eq_ignore_ascii_case(name.as_bytes())) {
                    return close - after;
                }
                at = close + 2;
            }
            return bytes.len() - after;
        }
    }
    0
}
