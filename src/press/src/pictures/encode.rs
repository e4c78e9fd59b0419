//! A decoded picture in a smaller size, as bytes. The same picture makes the same bytes on every machine.

use super::Refused;
use super::decode::refused;
use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};
use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::{CompressionType, FilterType as RowFilter, PngEncoder};
use image::codecs::webp::WebPEncoder;
use image::{DynamicImage, ExtendedColorType, ImageEncoder};

/// Of 100. Beyond it files grow faster than what an eye can see.
const QUALITY: u8 = 80;

pub(super) struct Decoded {
    width: u32,
    height: u32,
    pixels: Vec<u8>,
    /// Four bytes a pixel instead of three.
    alpha: bool,
    ending: &'static str,
    profile: Option<Vec<u8>>,
}

impl Decoded {
    pub(super) fn new(image: DynamicImage, ending: &'static str, profile: Option<Vec<u8>>) -> Decoded {
        let (width, height) = (image.width(), image.height());
        let alpha = image.color().has_alpha() && ending != "jpg";
        let pixels = if alpha { image.into_rgba8().into_raw() } else { image.into_rgb8().into_raw() };
        Decoded { width, height, pixels, alpha, ending, profile }
    }

    /// The picture at a width, in its proportions.
    pub(super) fn at_width(&self, width: u32) -> Result<Vec<u8>, Refused> {
        let exact = u64::from(self.height) * u64::from(width);
        let rounded = (exact + u64::from(self.width) / 2) / u64::from(self.width.max(1));
        let height = u32::try_from(rounded).unwrap_or(u32::MAX).max(1);
        let pixels = if self.alpha { PixelType::U8x4 } else { PixelType::U8x3 };
        let failed = |error: &dyn std::fmt::Display| {
            Refused(format!("cannot be made smaller ({error})"), "Save it anew with an image editor.")
        };
        let source =
            ImageRef::new(self.width, self.height, &self.pixels, pixels).map_err(|error| failed(&error))?;
        let mut smaller = Image::new(width, height, pixels);
        let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::Lanczos3));
        Resizer::new().resize(&source, &mut smaller, &options).map_err(|error| failed(&error))?;
        self.encoded(smaller.buffer(), width, height).map_err(|error| refused(&error))
    }

    fn encoded(&self, pixels: &[u8], width: u32, height: u32) -> image::ImageResult<Vec<u8>> {
        let color = if self.alpha { ExtendedColorType::Rgba8 } else { ExtendedColorType::Rgb8 };
        let mut out = Vec::new();
        match self.ending {
            "png" => {
                let encoder =
                    PngEncoder::new_with_quality(&mut out, CompressionType::Default, RowFilter::Adaptive);
                self.write(encoder, pixels, (width, height), color)?;
            }
            "webp" => self.write(WebPEncoder::new_lossless(&mut out), pixels, (width, height), color)?,
            _ => {
                let encoder = JpegEncoder::new_with_quality(&mut out, QUALITY);
                self.write(encoder, pixels, (width, height), color)?;
            }
        }
        Ok(out)
    }

    fn write(
        &self,
        mut encoder: impl ImageEncoder,
        pixels: &[u8],
        (width, height): (u32, u32),
        color: ExtendedColorType,
    ) -> image::ImageResult<()> {
        if let Some(profile) = &self.profile {
            // An encoder without profiles writes the picture without one.
            let _ = encoder.set_icc_profile(profile.clone());
        }
        encoder.write_image(pixels, width, height, color)
    }
}
