//! An asset: where it goes and how large a picture it is.

use crate::slug::encode_path;
use std::sync::Arc;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AssetCard {
    /// Where it is written, decoded: `_assets/logo.3f2a9c41d0be.png`, `robots-extra.txt`.
    pub out: Arc<str>,
    /// As a URL path.
    pub url: Arc<str>,
    /// Width and height of a picture whose format tells them.
    pub size: Option<(u32, u32)>,
    /// Of the bytes.
    pub hash: Arc<str>,
    /// The name holds the hash.
    pub immutable: bool,
}

impl AssetCard {
    /// Where an asset of the site goes; an error says what is wrong with its path.
    pub(crate) fn new(path: &str, bytes: &[u8], prefix: &str) -> Result<AssetCard, &'static str> {
        let hash: Arc<str> = blake3::hash(bytes).to_hex()[..12].into();
        let bad = |segment: &str| {
            segment.is_empty() || segment == "." || segment == ".." || segment.contains(['\\', '\0'])
        };
        if path.split('/').any(bad) {
            return Err("has an empty or climbing segment in its path");
        }
        let (out, immutable) = match path.split_once('/') {
            Some(("assets", rest)) => (hashed_name(rest, &hash), true),
            Some(("static", rest)) => (rest.to_owned(), false),
            Some(("content", rest)) => (beside_pages(rest), false),
            _ => return Err("is neither in assets/ nor in static/ nor in content/"),
        };
        if out.split('/').next().is_some_and(|first| !immutable && super::claims::reserved(first).is_some()) {
            return Err("would lie among the press's own files");
        }
        let url = format!("{prefix}/{}", encode_path(&out)).into();
        Ok(AssetCard { out: out.into(), url, size: picture_size(bytes), hash, immutable })
    }
}

/// `css/site.css` to `_assets/css/site.<hash>.css`.
pub(crate) fn hashed_name(path: &str, hash: &str) -> String {
    let dot = path
        .rfind('.')
        .filter(|dot| path[*dot..].find('/').is_none() && *dot > path.rfind('/').map_or(0, |at| at + 1));
    match dot {
        Some(dot) => format!("_assets/{}.{hash}{}", &path[..dot], &path[dot..]),
        None => format!("_assets/{path}.{hash}"),
    }
}

/// Folders become nodes as they do for the pages beside; the file's own name stays.
fn beside_pages(path: &str) -> String {
    match path.rsplit_once('/') {
        Some((folder, file)) => {
            let nodes: Vec<String> = folder.split('/').map(crate::slug::slugify).collect();
            format!("{}/{file}", nodes.join("/"))
        }
        None => path.to_owned(),
    }
}

/// Width and height from the first bytes of a PNG, GIF, WebP or JPEG.
fn picture_size(bytes: &[u8]) -> Option<(u32, u32)> {
    let le16 = |at: usize| Some(u32::from(*bytes.get(at)?) | u32::from(*bytes.get(at + 1)?) << 8);
    let be16 = |at: usize| Some(u32::from(*bytes.get(at)?) << 8 | u32::from(*bytes.get(at + 1)?));
    let be32 = |at: usize| Some(be16(at)? << 16 | be16(at + 2)?);
    if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        return Some((be32(16)?, be32(20)?));
    }
    if bytes.starts_with(b"GIF8") {
        return Some((le16(6)?, le16(8)?));
    }
    if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
        return match bytes.get(12..16)? {
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
        };
    }
    if bytes.starts_with(&[0xff, 0xd8]) {
        return jpeg_size(bytes);
    }
    None
}

/// Walks the segments of a JPEG to its frame header.
fn jpeg_size(bytes: &[u8]) -> Option<(u32, u32)> {
    let be16 = |at: usize| Some(u32::from(*bytes.get(at)?) << 8 | u32::from(*bytes.get(at + 1)?));
    let mut at = 2;
    while *bytes.get(at)? == 0xff {
        let marker = *bytes.get(at + 1)?;
        if matches!(marker, 0xc0..=0xcf) && !matches!(marker, 0xc4 | 0xc8 | 0xcc) {
            return Some((be16(at + 7)?, be16(at + 5)?));
        }
        at += 2 + usize::try_from(be16(at + 2)?).ok()?;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn assets_get_their_hash_into_their_name_and_static_files_do_not() {
        let logo =
            AssetCard::new("assets/img/logo.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x10\0\0\0\x20", "")
                .unwrap();
        assert_eq!(&*logo.out, format!("_assets/img/logo.{}.png", logo.hash));
        assert_eq!(logo.size, Some((16, 32)));
        assert_eq!(&*AssetCard::new("static/robots-extra.txt", b"x", "").unwrap().out, "robots-extra.txt");
        assert_eq!(
            &*AssetCard::new("content/My Guide/pic one.png", b"x", "").unwrap().url,
            "/my-guide/pic%20one.png"
        );
        assert!(AssetCard::new("static/../up", b"x", "").is_err());
        assert!(AssetCard::new("other/x", b"x", "").is_err());
    }
}
