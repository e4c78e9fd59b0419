//! Decoding with bounds: what a header claims is judged before anything is decoded.

use super::Refused;
use super::encode::Decoded;
use super::kind::Kind;
use image::codecs::jpeg::JpegDecoder;
use image::codecs::png::PngDecoder;
use image::codecs::webp::WebPDecoder;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageError, Limits};
use std::io::Cursor;
use std::sync::{Mutex, PoisonError};

/// Most pixels: a screen of 8K has 33 million.
const PIXELS: u64 = 40_000_000;
/// Most bytes that the decoded picture may take up.
const BYTES: u64 = 256 << 20;
/// Pictures beyond this are decoded one at a time, so that the memory of a build does not grow with the processors.
const LARGE: u64 = 32 << 20;
/// A larger colour profile is no profile.
const PROFILE: usize = 1 << 20;

static TURN: Mutex<()> = Mutex::new(());

/// A picture whose header was read.
pub(super) struct Opened<'a> {
    decoder: Box<dyn ImageDecoder + 'a>,
    kind: Kind,
    orientation: Orientation,
    profile: Option<Vec<u8>>,
}

impl<'a> Opened<'a> {
    /// `None` for what moves, or has colours that would come out different: it stays as it is.
    pub(super) fn new(kind: Kind, bytes: &'a [u8]) -> Result<Option<Opened<'a>>, Refused> {
        let Some(mut decoder) = decoder(kind, bytes).map_err(|error| refused(&error))? else {
            return Ok(None);
        };
        let (width, height) = decoder.dimensions();
        if u64::from(width) * u64::from(height) > PIXELS || decoder.total_bytes() > BYTES {
            let what = format!("is {width} × {height} pixels large");
            return Err(Refused(what, "Make it smaller: 40 million pixels are the most."));
        }
        decoder.set_limits(limits()).map_err(|error| refused(&error))?;
        let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
        let profile = decoder.icc_profile().ok().flatten();
        if profile.as_ref().is_some_and(|profile| !is_rgb(profile)) {
            return Ok(None);
        }
        Ok(Some(Opened { decoder, kind, orientation, profile }))
    }

    /// Width and height as a browser shows it.
    pub(super) fn size(&self) -> (u32, u32) {
        let (width, height) = self.decoder.dimensions();
        let turned = [
            Orientation::Rotate90,
            Orientation::Rotate270,
            Orientation::Rotate90FlipH,
            Orientation::Rotate270FlipH,
        ];
        if turned.contains(&self.orientation) { (height, width) } else { (width, height) }
    }

    /// The ending of the sizes that are made of it. A photograph in WebP would come out larger, because there is no
    /// encoder with loss for it: those are made as JPEG.
    pub(super) fn ending(&self) -> &'static str {
        match self.kind {
            Kind::Png => "png",
            Kind::WebP if self.decoder.color_type().has_alpha() => "webp",
            Kind::Jpeg | Kind::WebP => "jpg",
        }
    }

    pub(super) fn decode(self) -> Result<Decoded, Refused> {
        let large = self.decoder.total_bytes() > LARGE;
        let _turn = large.then(|| TURN.lock().unwrap_or_else(PoisonError::into_inner));
        let ending = self.ending();
        let mut image = DynamicImage::from_decoder(self.decoder).map_err(|error| refused(&error))?;
        image.apply_orientation(self.orientation);
        Ok(Decoded::new(image, ending, self.profile))
    }
}

fn decoder<'a>(kind: Kind, bytes: &'a [u8]) -> Result<Option<Box<dyn ImageDecoder + 'a>>, ImageError> {
    let reader = Cursor::new(bytes);
    Ok(match kind {
        Kind::Jpeg => Some(Box::new(JpegDecoder::new(reader)?)),
        Kind::Png => {
            let decoder = PngDecoder::with_limits(reader, limits())?;
            if decoder.is_apng()? { None } else { Some(Box::new(decoder)) }
        }
        Kind::WebP => {
            let decoder = WebPDecoder::new(reader)?;
            if decoder.has_animation() { None } else { Some(Box::new(decoder)) }
        }
    })
}

fn limits() -> Limits {
    let mut limits = Limits::default();
    limits.max_alloc = Some(BYTES);
    limits
}

/// The colour space of an ICC profile stands at a fixed place.
fn is_rgb(profile: &[u8]) -> bool {
    profile.len() <= PROFILE && profile.get(16..20) == Some(b"RGB ")
}

pub(super) fn refused(error: &ImageError) -> Refused {
    let said = error.to_string();
    let said = said.lines().next().unwrap_or_default();
    Refused(format!("cannot be decoded ({said})"), "Copy it anew, or save it with an image editor.")
}
