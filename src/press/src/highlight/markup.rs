//! The pass for HTML and XML.

use super::{Token, push_token};
use crate::markdown::push_escaped;

pub(super) fn push(out: &mut String, source: &str) {
    let mut rest = source;
    while let Some(start) = rest.find('<') {
        push_escaped(out, &rest[..start]);
        rest = &rest[start..];
        let end = if rest.starts_with("<!--") {
            let end = rest.find("-->").map_or(rest.len(), |end| end + 3);
            push_token(out, Token::Comment, &rest[..end]);
            end
        } else if rest.starts_with("<!") || rest.starts_with("<?") {
            let end = rest.find('>').map_or(rest.len(), |end| end + 1);
            push_token(out, Token::Keyword, &rest[..end]);
            end
        } else {
            push_tag(out, rest)
        };
        rest = &rest[end..];
    }
    push_escaped(out, rest);
}

/// Writes one tag and returns where it ends.
fn push_tag(out: &mut String, source: &str) -> usize {
    let bytes = source.as_bytes();
    let open = if bytes.get(1) == Some(&b'/') { 2 } else { 1 };
    push_escaped(out, &source[..open]);
    let mut at = name_end(bytes, open);
    push_token(out, Token::Tag, &source[open..at]);
    if at == open {
        return at;
    }
    while let Some(&byte) = bytes.get(at) {
        let from = at;
        match byte {
            b'>' => {
                out.push_str("&gt;");
                return at + 1;
            }
            b'<' => return at,
            b'"' | b'\'' => {
                at = source[at + 1..].find(byte as char).map_or(source.len(), |end| from + end + 2);
                push_token(out, Token::String, &source[from..at]);
            }
            _ if is_name(byte) => {
                at = name_end(bytes, at);
                push_token(out, Token::Attribute, &source[from..at]);
            }
            _ => {
                at += 1;
                push_escaped(out, &source[from..at]);
            }
        }
    }
    at
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b':' | b'.' | b'@') || byte >= 0x80
}

fn name_end(bytes: &[u8], from: usize) -> usize {
    from + bytes[from..].iter().take_while(|byte| is_name(**byte)).count()
}
