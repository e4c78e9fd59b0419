//! What kind of picture a file is, by its name and by its first bytes.

use super::Refused;

/// The kinds that are made in several sizes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Jpeg,
    Png,
    WebP,
}

impl Kind {
    pub(super) fn of_name(path: &str) -> Option<Kind> {
        match path.rsplit_once('.')?.1.to_ascii_lowercase().as_str() {
            "jpg" | "jpeg" => Some(Kind::Jpeg),
            "png" => Some(Kind::Png),
            "webp" => Some(Kind::WebP),
            _ => None,
        }
    }

    fn of_bytes(bytes: &[u8]) -> Option<Kind> {
        match bytes {
            [0xff, 0xd8, 0xff, ..] => Some(Kind::Jpeg),
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Some(Kind::Png),
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some(Kind::WebP),
            _ => None,
        }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Kind::Jpeg => "JPEG",
            Kind::Png => "PNG",
            Kind::WebP => "WebP",
        }
    }
}

/// Whether a file is the picture that its name says.
pub(super) fn check(named: Kind, bytes: &[u8]) -> Result<(), Refused> {
    match Kind::of_bytes(bytes) {
        Some(found) if found == named => {}
        Some(found) => {
            let what = format!("is named as {} but is {} by its content", named.name(), found.name());
            return Err(Refused(what, "Give its name the ending of what it is."));
        }
        None => {
            let what = format!("is named as {} but is none by its content", named.name());
            return Err(Refused(what, "Save it anew with an image editor."));
        }
    }
    if named == Kind::Jpeg && !jpeg_ends(bytes) {
        // The decoder would fill up what is missing with grey and say nothing.
        return Err(Refused("is cut off".to_owned(), "Copy it anew from where it came from."));
    }
    Ok(())
}

/// Width and height from the first bytes of a PNG, GIF, WebP or JPEG, whether or not the rest can be decoded.
pub(crate) fn dimensions(bytes: &[u8]) -> Option<(u32, u32)> {
    let le16 = |at: usize| Some(u32::from(*bytes.get(at)?) | u32::from(*bytes.get(at + 1)?) << 8);
    let be16 = |at: usize| Some(u32::from(*bytes.get(at)?) << 8 | u32::from(*bytes.get(at + 1)?));
    let be32 = |at: usize| Some(be16(at)? << 16 | be16(at + 2)?);
    if bytes.starts_with(b"GIF8") {
        return Some((le16(6)?, le16(8)?));
    }
    match Kind::of_bytes(bytes)? {
        Kind::Png => Some((be32(16)?, be32(20)?)),
        Kind::Jpeg => {
            let frame = segments(bytes)
                .find(|(marker, _)| matches!(marker, 0xc0..=0xcf) && !matches!(marker, 0xc4 | 0xc8 | 0xcc));
            let (_, at) = frame?;
            Some((be16(at + 7)?, be16(at + 5)?))
        }
        Kind::WebP => match bytes.get(12..16)? {
            b"VP8 " => Some((le16(26)? & 0x3fff, le16(28)? & 0x3fff)),
            b"VP8L" => {
                let bits = le16(21)? | le16(23)? << 16;
                Some(((bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1))
            }
            b"VP8X" => Some((
                le16(24)? + (u32::from(*bytes.get(26)?) << 16) + 1,
                le16(27)? + (u32::from(*bytes.get(29)?) << 16) + 1,
            )),
            _ => None,
        },
    }
}

/// Markers of a JPEG's segments up to its first scan, each with its offset.
fn segments(bytes: &[u8]) -> impl Iterator<Item = (u8, usize)> {
    let mut at = 2;
    std::iter::from_fn(move || {
        let begin = at;
        let marker = *bytes.get(begin + 1).filter(|_| bytes[begin] == 0xff)?;
        let length = usize::from(*bytes.get(begin + 2)?) << 8 | usize::from(*bytes.get(begin + 3)?);
        at = begin + 2 + length;
        Some((marker, begin))
    })
}

/// Whether the mark of the end comes after the first scan: one in an embedded thumbnail does not count.
fn jpeg_ends(bytes: &[u8]) -> bool {
    let scan = segments(bytes).find(|(marker, _)| *marker == 0xda);
    scan.is_some_and(|(_, at)| bytes[at..].windows(2).rev().any(|pair| pair == [0xff, 0xd9]))
}

#[cfg(test)]
mod tests {
    use super::dimensions;

    #[test]
    fn dimensions_are_read_from_the_first_bytes_and_nothing_else() {
        assert_eq!(dimensions(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x10\0\0\0\x20"), Some((16, 32)));
        assert_eq!(dimensions(b"GIF89a\x02\x01\x03\0"), Some((258, 3)));
        let jpeg = b"\xff\xd8\xff\xe0\0\x04xx\xff\xc2\0\x11\x08\0\x05\0\x07";
        assert_eq!(dimensions(jpeg), Some((7, 5)));
        for bytes in [&jpeg[..12], b"", b"\xff\xd8\xff", b"RIFF", b"\x89PNG\r\n\x1a\n", b"<svg/>"] {
            assert_eq!(dimensions(bytes), None, "{bytes:?}");
        }
    }
}
