//! `.br` and `.gz` beside text files, for servers that send ready-made ones.

use std::fs;
use std::io::{self, Write};

use flate2::Compression;
use flate2::write::GzEncoder;
use rayon::prelude::*;

use super::Run;

/// Brotli's 10 and 11 are ten times slower for 3 % less: too slow for a build of 10,000 pages.
const BROTLI_QUALITY: i32 = 9;
/// A window of 1 MiB: pages are smaller, and it saves clearing a larger one for each of them.
const BROTLI_WINDOW: i32 = 20;

impl Run<'_> {
    /// Compresses every text of this run whose copies are missing or old.
    pub(in crate::cli::build) fn compress(&self) -> io::Result<()> {
        self.texts().into_par_iter().try_for_each(|(path, bytes, changed)| {
            let copies = [format!("{path}.br"), format!("{path}.gz")];
            if !changed && copies.iter().all(|copy| self.has(copy)) {
                copies.into_iter().for_each(|copy| self.keep(copy));
                return Ok(());
            }
            let bytes = fs::read(bytes)?;
            self.put(&copies[0], &brotli(&bytes)?, false)?;
            self.put(&copies[1], &gzip(&bytes)?, false)
        })
    }
}

fn brotli(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let parameters = brotli::enc::BrotliEncoderParams {
        quality: BROTLI_QUALITY,
        lgwin: BROTLI_WINDOW,
        size_hint: bytes.len(),
        ..Default::default()
    };
    let mut out = Vec::with_capacity(bytes.len() / 4);
    brotli::BrotliCompress(&mut &*bytes, &mut out, &parameters)?;
    Ok(out)
}

fn gzip(bytes: &[u8]) -> io::Result<Vec<u8>> {
    // The header carries no time: equal bytes give equal copies.
    let mut encoder = GzEncoder::new(Vec::with_capacity(bytes.len() / 4), Compression::best());
    encoder.write_all(bytes)?;
    encoder.finish()
}
