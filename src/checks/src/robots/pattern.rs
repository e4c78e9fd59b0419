//! Paths and patterns of RFC 9309, section 2.2.2 and 2.2.3.

/// A path with percent-encoding brought to one form: unreserved ASCII as itself, everything else encoded in capitals.
pub(super) fn normal(path: &str) -> String {
    let bytes = path.as_bytes();
    let mut out = String::with_capacity(path.len());
    let mut at = 0;
    while at < bytes.len() {
        let decoded = (bytes[at] == b'%').then(|| hex(bytes.get(at + 1..at + 3)?)).flatten();
        match decoded {
            Some(byte) if is_unreserved(byte) => out.push(byte as char),
            Some(byte) => push_encoded(&mut out, byte),
            None if bytes[at].is_ascii() && !bytes[at].is_ascii_control() && bytes[at] != b' ' => {
                out.push(bytes[at] as char);
            }
            None => push_encoded(&mut out, bytes[at]),
        }
        at += if decoded.is_some() { 3 } else { 1 };
    }
    out
}

fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~')
}

fn hex(pair: &[u8]) -> Option<u8> {
    let digit = |byte: u8| (byte as char).to_digit(16);
    Some((digit(*pair.first()?)? * 16 + digit(*pair.get(1)?)?) as u8)
}

fn push_encoded(out: &mut String, byte: u8) {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    out.push('%');
    out.push(DIGITS[usize::from(byte >> 4)] as char);
    out.push(DIGITS[usize::from(byte & 15)] as char);
}

/// Whether the pattern matches the beginning of the path: `*` is any run of characters, a final `$` the path's end.
///
/// The usual two-pointer match: after a `*` only the last one is ever tried again, so the time is bounded by the
/// product of the lengths, without recursion.
pub(super) fn matches(pattern: &str, path: &str) -> bool {
    let (pattern, anchored) = match pattern.strip_suffix('$') {
        Some(rest) => (rest.as_bytes(), true),
        None => (pattern.as_bytes(), false),
    };
    let path = path.as_bytes();
    let (mut at, mut in_path) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    loop {
        if at == pattern.len() && (!anchored || in_path == path.len()) {
            return true;
        }
        let here = pattern.get(at).copied();
        if here == Some(b'*') {
            star = Some((at + 1, in_path));
            at += 1;
        } else if here.is_some() && here == path.get(in_path).copied() {
            at += 1;
            in_path += 1;
        } else if let Some((after, from)) = star.filter(|(_, from)| *from < path.len()) {
            star = Some((after, from + 1));
            at = after;
            in_path = from + 1;
        } else {
            return false;
        }
    }
}
