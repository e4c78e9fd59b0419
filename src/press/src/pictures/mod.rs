//! Pictures in the theme's sizes.
//!
//! A picture is made when it is new or changed, with the bytes at hand while a change is planned, so that pages know which
//! sizes there are before any of them is written. What cannot be made smaller safely stays as it is, with a warning.

mod decode;
mod encode;
mod kind;

pub(crate) use kind::dimensions;

use crate::fault::Fault;
use crate::site::hashed_name;
use crate::slug::encode_path;
use bytes::Bytes;
use decode::Opened;
use kind::Kind;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

/// Part of each name: raise it when the same picture would come out with other bytes than before.
const GENERATION: u32 = 1;

/// A picture in a smaller size.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Variant {
    /// In pixels.
    pub width: u32,
    /// Where it is written.
    pub out: Arc<str>,
    /// As a URL path.
    pub url: Arc<str>,
}

/// What became of a picture.
#[derive(Debug, Default)]
pub(crate) struct Resized {
    /// Width and height as a browser shows it: turned as the camera says.
    pub size: Option<(u32, u32)>,
    /// From small to large, each with its bytes.
    pub variants: Vec<(Variant, Bytes)>,
    /// Why there are none, if somebody should know.
    pub warning: Option<Fault>,
}

/// What pictures are made with.
pub(crate) struct Workshop<'a> {
    /// In pixels, from small to large.
    pub widths: &'a [u32],
    /// The path part of the site's address.
    pub prefix: &'a str,
    /// A variant that an earlier render made, by where it was written.
    pub known: &'a (dyn Fn(&str) -> Option<Bytes> + Sync),
}

/// Why a picture stays as it is: what is wrong, and the cure.
pub(crate) struct Refused(String, &'static str);

impl Workshop<'_> {
    /// Makes the sizes of an asset; of what is no picture by its name, nothing.
    pub(crate) fn resize(&self, path: &str, bytes: &[u8]) -> Resized {
        // Files of static/ are copied as they are.
        let Some(named) = Kind::of_name(path).filter(|_| !path.starts_with("static/")) else {
            return Resized::default();
        };
        // Decoders read what strangers made: should one of them give up in a way that it should not, a picture is lost
        // and not the site.
        let made = catch_unwind(AssertUnwindSafe(|| self.made(path, named, bytes)));
        let refused = match made {
            Ok(Ok(resized)) => return resized,
            Ok(Err(refused)) => refused,
            Err(_) => Refused("cannot be decoded".to_owned(), "Save it anew with an image editor."),
        };
        let what = format!("{}; it is shown as it is, in one size", refused.0);
        Resized { warning: Some(Fault::new(path, what, refused.1)), ..Resized::default() }
    }

    fn made(&self, path: &str, named: Kind, bytes: &[u8]) -> Result<Resized, Refused> {
        kind::check(named, bytes)?;
        let Some(opened) = Opened::new(named, bytes)? else { return Ok(Resized::default()) };
        let size = opened.size();
        let wanted: Vec<u32> = self.widths.iter().copied().filter(|width| *width < size.0).collect();
        let source = blake3::hash(bytes);
        let ending = opened.ending();
        let places: Vec<Variant> =
            wanted.iter().map(|width| self.place(path, source.as_bytes(), *width, ending)).collect();
        let mut made: Vec<Option<Bytes>> = places.iter().map(|place| (self.known)(&place.out)).collect();
        if made.iter().any(Option::is_none) {
            let picture = opened.decode()?;
            for (bytes, width) in made.iter_mut().zip(wanted).filter(|(bytes, _)| bytes.is_none()) {
                *bytes = Some(picture.at_width(width)?.into());
            }
        }
        let whole = places.into_iter().zip(made).filter_map(|(place, made)| Some((place, made?)));
        // A smaller picture of more bytes helps nobody: drawings with few colours often come out so.
        let variants = whole.filter(|(_, made)| made.len() < bytes.len()).collect();
        Ok(Resized { size: Some(size), variants, warning: None })
    }

    /// Named by all that it is made from.
    fn place(&self, path: &str, source: &[u8], width: u32, ending: &str) -> Variant {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&GENERATION.to_le_bytes()).update(&width.to_le_bytes()).update(source);
        let hash = hasher.update(path.as_bytes()).finalize().to_hex();
        let inside = path.split_once('/').map_or(path, |(_, inside)| inside);
        let stem = inside.rsplit_once('.').map_or(inside, |(stem, _)| stem);
        let out = hashed_name(&format!("{stem}.{ending}"), &hash[..12]);
        let url = format!("{}/{}", self.prefix, encode_path(&out)).into();
        Variant { width, out: out.into(), url }
    }
}
