//! An asset: where it goes and how large a picture it is.

use crate::pictures::{Variant, dimensions};
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
    /// The smaller sizes that were made of it.
    pub variants: Option<Arc<[Variant]>>,
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
        Ok(AssetCard { out: out.into(), url, size: dimensions(bytes), variants: None, hash, immutable })
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
