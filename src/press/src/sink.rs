//! Where texts come from and files go to: the only doors of this crate, both given by the caller.

use crate::fault::Fault;
use bytes::Bytes;
use std::borrow::Cow;
use std::io;

/// Gives the text of a document by its path (`guide/start.md`).
pub trait Texts: Sync {
    /// The whole document. An error becomes a fault that names the path.
    fn text(&self, path: &str) -> io::Result<Cow<'_, str>>;

    /// A smaller size of a picture that an earlier render wrote to this path, if it is still there: its name tells all that
    /// it was made from, so that it need not be made again.
    fn picture(&self, _path: &str) -> Option<Bytes> {
        None
    }
}

/// For a first build from [`Change::Put`](crate::Change::Put)s alone: everything needed is in the plan.
pub struct NoTexts;

impl Texts for NoTexts {
    fn text(&self, path: &str) -> io::Result<Cow<'_, str>> {
        Err(io::Error::new(io::ErrorKind::NotFound, format!("{path} was not handed over")))
    }
}

/// A finished file.
#[derive(Debug)]
pub struct OutFile<'a> {
    /// Relative, with forward slashes, never empty, never with `..`: `guide/start/index.html`.
    pub path: &'a str,
    /// The whole file.
    pub bytes: &'a [u8],
    /// For the Content-Type header: `text/html; charset=utf-8`.
    pub media_type: &'static str,
    /// True if the name holds a hash of the bytes, so that it can be cached for a year.
    pub immutable: bool,
    /// Where the address leads, if the file stands for an old address of a page. A host answers 301 from it; the bytes are
    /// a page that sends browsers on, for servers that only know files.
    pub redirect: Option<&'a str>,
}

/// Takes finished files, from several threads at once and in any order.
pub trait Sink: Sync {
    /// Writes or replaces a file.
    fn write(&self, file: OutFile<'_>) -> io::Result<()>;
    /// Removes a file that is no longer part of the site.
    fn remove(&self, path: &str) -> io::Result<()>;
}

/// What a render did.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Delta {
    /// Files written because their bytes are new, sorted.
    pub written: Vec<String>,
    /// Files removed, sorted.
    pub removed: Vec<String>,
    /// How many pages ran through a template (of listings each part is one).
    pub rendered_pages: usize,
    /// What is not as its author may think, and stops nothing: pictures that could not be made smaller.
    pub warnings: Vec<Fault>,
}
