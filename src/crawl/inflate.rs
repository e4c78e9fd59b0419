//! Decompression that can't be made to eat memory: what comes out is counted as it comes out.

use std::fmt;
use std::io::{self, Write};

use flate2::write::MultiGzDecoder;
use flate2::{Decompress, FlushDecompress, Status};

/// Below this many bytes no ratio is judged: a short page of repeated markup is no bomb.
const RATIO_FROM: u64 = 1 << 20;
/// The ratio is judged after each this many bytes on the wire.
const STEP: usize = 4 << 10;

/// A bound that a body passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Excess {
    Bytes,
    Ratio,
}

impl fmt::Display for Excess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Excess::Bytes => "too many bytes",
            Excess::Ratio => "too many bytes out of so few",
        })
    }
}

impl std::error::Error for Excess {}

impl Excess {
    /// The bound behind an error of [`Inflater::push`], if it was one.
    pub(super) fn behind(error: &io::Error) -> Option<Excess> {
        error.get_ref().and_then(|inner| inner.downcast_ref::<Excess>()).copied()
    }
}

/// Takes a body piece by piece as it comes over the wire and keeps it inflated.
pub(super) struct Inflater {
    /// None until the first byte is there, where only that tells the coding.
    decoder: Option<Box<dyn Decoder>>,
    limit: u64,
    ratio: u64,
    wire: u64,
}

impl Inflater {
    /// For a `Content-Encoding`; `None` if it is none that is read.
    pub(super) fn new(encoding: &str, limit: u64, ratio: u64) -> Option<Inflater> {
        let out = Bounded { bytes: Vec::new(), limit };
        let decoder: Option<Box<dyn Decoder>> = match encoding.trim().to_ascii_lowercase().as_str() {
            "" | "identity" => Some(Box::new(out)),
            "gzip" | "x-gzip" => Some(Box::new(MultiGzDecoder::new(out))),
            "br" => Some(Box::new(Brotli(brotli::DecompressorWriter::new(out, STEP), None))),
            "deflate" => None,
            _ => return None,
        };
        Some(Inflater { decoder, limit, ratio, wire: 0 })
    }

    /// Takes the next piece.
    ///
    /// # Errors
    /// When the data is damaged, or [`Excess`] when a bound is passed.
    pub(super) fn push(&mut self, piece: &[u8]) -> io::Result<()> {
        for step in piece.chunks(STEP) {
            self.wire += step.len() as u64;
            let limit = self.limit;
            let decoder = self.decoder.get_or_insert_with(|| deflate(step[0], limit));
            decoder.write_all(step)?;
            let out = decoder.out().bytes.len() as u64;
            if out > RATIO_FROM && out > self.wire.saturating_mul(self.ratio) {
                return Err(io::Error::other(Excess::Ratio));
            }
        }
        Ok(())
    }

    /// The whole body.
    ///
    /// # Errors
    /// When the compressed stream stops before its end.
    pub(super) fn end(mut self) -> io::Result<Vec<u8>> {
        if let (Some(decoder), 1..) = (&mut self.decoder, self.wire) {
            decoder.finish()?;
        }
        Ok(self.so_far())
    }

    /// What came out until now.
    pub(super) fn so_far(self) -> Vec<u8> {
        self.decoder.map_or_else(Vec::new, |mut decoder| std::mem::take(&mut decoder.out().bytes))
    }
}

/// "deflate" is a zlib stream by the standard and a bare one with some servers: the first byte tells.
fn deflate(first: u8, limit: u64) -> Box<dyn Decoder> {
    let out = Bounded { bytes: Vec::new(), limit };
    Box::new(Deflate { state: Decompress::new(first & 0x0f == 8), out, ended: false })
}

trait Decoder: Write + Send {
    fn out(&mut self) -> &mut Bounded;
    /// Fails where the stream is not complete.
    fn finish(&mut self) -> io::Result<()>;
}

/// Where inflated bytes go, up to a limit.
struct Bounded {
    bytes: Vec<u8>,
    limit: u64,
}

impl Write for Bounded {
    fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
        let room = usize::try_from(self.limit).unwrap_or(usize::MAX) - self.bytes.len();
        // What fits is kept, for those who want a beginning only.
        self.bytes.extend_from_slice(&piece[..piece.len().min(room)]);
        if piece.len() > room { Err(io::Error::other(Excess::Bytes)) } else { Ok(piece.len()) }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Decoder for Bounded {
    fn out(&mut self) -> &mut Bounded {
        self
    }
    fn finish(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Decoder for MultiGzDecoder<Bounded> {
    fn out(&mut self) -> &mut Bounded {
        self.get_mut()
    }
    fn finish(&mut self) -> io::Result<()> {
        self.try_finish()
    }
}

/// By hand, because the library's writer takes a cut stream for a whole one.
struct Deflate {
    state: Decompress,
    out: Bounded,
    ended: bool,
}

impl Write for Deflate {
    fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
        let mut buffer = [0; STEP];
        let (began, mut full) = (self.state.total_in(), true);
        // A full buffer may leave more to come out, even when all of the piece is in.
        while !self.ended && (full || self.state.total_in() - began < piece.len() as u64) {
            let rest = &piece[usize::try_from(self.state.total_in() - began).unwrap_or_default()..];
            let before = self.state.total_out();
            self.ended =
                self.state.decompress(rest, &mut buffer, FlushDecompress::None)? == Status::StreamEnd;
            let came = usize::try_from(self.state.total_out() - before).unwrap_or_default();
            self.out.write_all(&buffer[..came])?;
            full = came == buffer.len();
        }
        Ok(piece.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Decoder for Deflate {
    fn out(&mut self) -> &mut Bounded {
        &mut self.out
    }
    fn finish(&mut self) -> io::Result<()> {
        if self.ended { Ok(()) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
    }
}

/// The decoder, and the stream's first byte once it is known.
struct Brotli(brotli::DecompressorWriter<Bounded>, Option<u8>);

impl Write for Brotli {
    fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
        // "Large window" brotli is no part of RFC 7932, yet the decoder takes it and would reserve up to a gibibyte.
        if *self.1.get_or_insert(piece[0]) & 0x7f == 0x11 {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "large-window brotli"));
        }
        self.0.write(piece)
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Decoder for Brotli {
    fn out(&mut self) -> &mut Bounded {
        self.0.get_mut()
    }
    fn finish(&mut self) -> io::Result<()> {
        self.0.close()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::Compression;
    use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};

    const PAGE: &[u8] = b"<p>Ownership is a set of rules.</p>";

    fn packed(encoding: &str, bytes: &[u8]) -> Vec<u8> {
        match encoding {
            "gzip" => {
                let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
                encoder.write_all(bytes).unwrap();
                encoder.finish().unwrap()
            }
            "zlib" => {
                let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
                encoder.write_all(bytes).unwrap();
                encoder.finish().unwrap()
            }
            "bare" => {
                let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
                encoder.write_all(bytes).unwrap();
                encoder.finish().unwrap()
            }
            "br" => {
                let mut out = Vec::new();
                let params = brotli::enc::BrotliEncoderParams::default();
                brotli::BrotliCompress(&mut &*bytes, &mut out, &params).unwrap();
                out
            }
            _ => bytes.to_vec(),
        }
    }

    fn inflate(encoding: &str, body: &[u8], limit: u64) -> io::Result<Vec<u8>> {
        let mut inflater = Inflater::new(encoding, limit, 200).unwrap();
        body.chunks(7).try_for_each(|piece| inflater.push(piece))?;
        inflater.end()
    }

    #[test]
    fn every_coding_comes_back_as_it_was() {
        for (encoding, how) in
            [("gzip", "gzip"), ("br", "br"), ("deflate", "zlib"), ("deflate", "bare"), ("identity", "")]
        {
            assert_eq!(inflate(encoding, &packed(how, PAGE), 1 << 20).unwrap(), PAGE, "{encoding} {how}");
            assert_eq!(inflate(encoding, b"", 1 << 20).unwrap(), b"", "{encoding}");
        }
        assert!(Inflater::new("zstd", 1, 1).is_none() && Inflater::new("gzip, gzip", 1, 1).is_none());
    }

    #[test]
    fn a_cut_stream_is_damaged() {
        let noise: Vec<u8> = (0..5000u32).flat_map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes()).collect();
        for (encoding, how) in [("gzip", "gzip"), ("br", "br"), ("deflate", "zlib"), ("deflate", "bare")] {
            let whole = packed(how, &noise);
            assert!(inflate(encoding, &whole[..whole.len() / 2], 1 << 20).is_err(), "{encoding} {how}");
        }
    }

    #[test]
    fn a_bomb_is_refused_by_its_ratio_before_it_reaches_the_limit() {
        let zeros = vec![0u8; 30 << 20];
        for (encoding, how) in [("gzip", "gzip"), ("deflate", "zlib"), ("deflate", "bare")] {
            let error = inflate(encoding, &packed(how, &zeros), 1 << 30).unwrap_err();
            assert_eq!(Excess::behind(&error), Some(Excess::Ratio), "{encoding} {how}");
        }
        // Brotli packs a gigabyte into a kilobyte, so that the limit strikes first.
        let error = inflate("br", &packed("br", &zeros), 20 << 20).unwrap_err();
        assert!(Excess::behind(&error).is_some());
    }

    #[test]
    fn large_window_brotli_is_refused_before_it_reserves_anything() {
        assert!(inflate("br", &[0x11, 0x1e, 0, 0, 0], 1 << 20).is_err());
    }
}
