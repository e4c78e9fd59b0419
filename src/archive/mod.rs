//! Archives (ZIP) as they are written: pieces come through a bounded channel to a thread that compresses them, so that an
//! archive takes no more memory than a few pieces, and a line in its directory for each file.

use std::cell::Cell;
use std::io::{self, Seek, Write};
use std::rc::Rc;

use bytes::Bytes;
use tokio::sync::mpsc;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// Pieces on their way at once.
pub const IN_FLIGHT: usize = 8;

/// What goes into an archive.
pub enum Piece {
    /// Another file begins.
    File(String, Packing),
    /// More of the file that was begun last.
    Bytes(Bytes),
    /// It is whole. Without this it is not, whoever has let go of the other end.
    End,
}

/// How much work is put into making a file small.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Packing {
    /// As much as is usual.
    Usual,
    /// Little: of large archives that have to be done soon.
    Quick,
    /// None: it is compressed already.
    Stored,
}

impl Packing {
    /// By what a file's name promises of its content.
    pub fn of(path: &str) -> Packing {
        const COMPRESSED: [&str; 11] =
            ["png", "jpg", "jpeg", "gif", "webp", "avif", "woff2", "zip", "gz", "br", "mp4"];
        let ending = path.rsplit('.').next().unwrap_or_default();
        let stored = COMPRESSED.iter().any(|known| ending.eq_ignore_ascii_case(known));
        if stored { Packing::Stored } else { Packing::Usual }
    }

    fn options(self) -> SimpleFileOptions {
        // A file's length is not known when it begins, and one that is not announced as large ends at 4 GiB.
        let options = SimpleFileOptions::default().unix_permissions(0o644).large_file(true);
        match self {
            Packing::Usual => options.compression_method(CompressionMethod::Deflated),
            Packing::Quick => {
                options.compression_method(CompressionMethod::Deflated).compression_level(Some(1))
            }
            Packing::Stored => options.compression_method(CompressionMethod::Stored),
        }
    }
}

/// Writes what comes as a ZIP archive; blocks. The same pieces make the same bytes.
///
/// # Errors
/// When it can't be written, and [`io::ErrorKind::Interrupted`] when the pieces end without [`Piece::End`].
pub fn pack<W: Write>(out: W, pieces: mpsc::Receiver<Piece>) -> io::Result<W> {
    let open = Rc::new(Cell::new(true));
    // Sizes are told behind each file: nothing is written that would have to be gone back to.
    let mut zip = ZipWriter::new_stream(Gate { out, open: Rc::clone(&open) }).set_auto_large_file();
    let whole = put(&mut zip, pieces);
    // The library writes an archive to its end when it is dropped: what is not whole is not to look as if it were.
    open.set(whole.is_ok());
    whole?;
    let mut out = zip.finish()?.into_inner().out;
    out.flush()?;
    Ok(out)
}

fn put<W: Write + Seek>(zip: &mut ZipWriter<W>, mut pieces: mpsc::Receiver<Piece>) -> io::Result<()> {
    while let Some(piece) = pieces.blocking_recv() {
        match piece {
            Piece::File(path, packing) => zip.start_file(&path, packing.options())?,
            Piece::Bytes(bytes) => zip.write_all(&bytes)?,
            Piece::End => return Ok(()),
        }
    }
    Err(io::Error::new(io::ErrorKind::Interrupted, "it was given up"))
}

/// Lets nothing through any more once it is closed.
struct Gate<W> {
    out: W,
    open: Rc<Cell<bool>>,
}

impl<W: Write> Write for Gate<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.open.get() { self.out.write(bytes) } else { Ok(bytes.len()) }
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.open.get() { self.out.flush() } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_any_packing_may_grow_beyond_four_gibibytes() {
        for packing in [Packing::Usual, Packing::Quick, Packing::Stored] {
            let (pieces, receiver) = mpsc::channel(IN_FLIGHT);
            let content = Bytes::from_static(b"content");
            for piece in [Piece::File("a.txt".into(), packing), Piece::Bytes(content), Piece::End] {
                pieces.try_send(piece).unwrap_or_else(|_| panic!("there is room"));
            }
            let archive = pack(Vec::new(), receiver).unwrap();
            // What a reader needs to know, by the file's own head: 4.5 stands for lengths of 64 bits.
            assert_eq!(archive[4..6], [45, 0], "{packing:?}");
            let mut zip = zip::ZipArchive::new(io::Cursor::new(archive)).unwrap();
            assert_eq!(io::read_to_string(zip.by_name("a.txt").unwrap()).unwrap(), "content");
        }
    }
}
