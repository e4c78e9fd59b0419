//! Which characters a body's bytes are: byte order mark, then the header, then what the document says, then UTF-8
//! where it is that, then what the web means by "unknown" (the Encoding Standard's windows-1252).

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};

/// How far into a document its own declaration is looked for, as the HTML standard says.
const PRESCAN: usize = 1024;

/// The charset of a body.
pub(super) fn of(body: &[u8], content_type: Option<&str>) -> &'static Encoding {
    if let Some((encoding, _)) = Encoding::for_bom(body) {
        return encoding;
    }
    let declared = content_type.and_then(label).or_else(|| {
        let head = String::from_utf8_lossy(&body[..body.len().min(PRESCAN)]);
        // A document that says UTF-16 in ASCII bytes is none: the standard reads it as UTF-8.
        label(&head).map(|found| if found.is_ascii_compatible() { found } else { UTF_8 })
    });
    declared.unwrap_or_else(|| if std::str::from_utf8(body).is_ok() { UTF_8 } else { WINDOWS_1252 })
}

/// The body as text; what is no character of its charset becomes U+FFFD.
pub(super) fn decode<'a>(body: &'a [u8], encoding: &'static Encoding) -> Cow<'a, str> {
    encoding.decode(body).0
}

/// The label behind `charset=` in a header or a `<meta>`.
fn label(text: &str) -> Option<&'static Encoding> {
    let lower = text.to_ascii_lowercase();
    let after = &lower[lower.find("charset")? + "charset".len()..];
    let value = after.trim_start().strip_prefix('=')?.trim_start().trim_start_matches(['"', '\'']);
    let end = value.find(|c: char| !(c.is_ascii_alphanumeric() || "-_:.".contains(c))).unwrap_or(value.len());
    Encoding::for_label(&value.as_bytes()[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(body: &[u8], content_type: Option<&str>) -> String {
        decode(body, of(body, content_type)).into_owned()
    }

    #[test]
    fn a_page_is_read_in_the_charset_it_says() {
        assert_eq!(text(b"caf\xe9", Some("text/html; charset=ISO-8859-1")), "café");
        assert_eq!(
            text(b"<meta charset='windows-1251'>\xcf\xf0", Some("text/html")),
            "<meta charset='windows-1251'>Пр"
        );
        assert_eq!(text("\u{feff}naïve".as_bytes(), Some("text/html; charset=latin1")), "naïve");
        assert_eq!(text(b"\xff\xfeh\0i\0", None), "hi");
    }

    #[test]
    fn a_page_that_says_nothing_is_utf8_if_it_can_be() {
        assert_eq!(text("größer".as_bytes(), None), "größer");
        assert_eq!(text(b"\x93quoted\x94", None), "“quoted”");
        assert_eq!(text(b"\xc3(", Some("text/html; charset=utf-8")), "\u{fffd}(");
    }
}
