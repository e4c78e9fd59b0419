//! An archive that is to be imported: unpacked into a folder for the time of the import, with bounds, because it may have
//! come from anywhere.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};

use tempfile::TempDir;
use zip::ZipArchive;

use crate::cli::CliError;

/// Files of one archive.
const MOST_FILES: usize = 250_000;
/// What they may hold together, in bytes: an archive says of itself what it likes.
const MOST_BYTES: u64 = 4 << 30;
/// What one of them may hold.
const LARGEST_FILE: u64 = 64 << 20;

/// An unpacked archive. Dropped, it is removed.
pub(super) struct Unpacked {
    _folder: TempDir,
    /// The folder that it holds: where it begins with just one, that one.
    pub root: PathBuf,
}

/// Unpacks an archive.
pub(super) fn unpack(archive: &Path) -> Result<Unpacked, CliError> {
    let told = |error: &dyn std::fmt::Display| format!("{}: {error}", archive.display());
    let file = File::open(archive).map_err(|error| told(&error))?;
    let mut zip = ZipArchive::new(BufReader::new(file)).map_err(|error| told(&error))?;
    if zip.len() > MOST_FILES {
        return Err(told(&format_args!("it holds more than {MOST_FILES} files: import it in parts")).into());
    }
    let folder = tempfile::Builder::new().prefix("citepress-import-").tempdir()?;
    let mut left = MOST_BYTES;
    for index in 0..zip.len() {
        let mut entry = zip.by_index(index).map_err(|error| told(&error))?;
        let name = entry.name().map_or_else(|_| format!("file {index}"), |name| name.to_string());
        let refused = |what: &str| told(&format_args!("{name} {what}"));
        let inside =
            entry.enclosed_name().ok_or_else(|| refused("would be written outside of its folder"))?;
        let to = folder.path().join(inside);
        if entry.is_dir() {
            std::fs::create_dir_all(to)?;
            continue;
        }
        if entry.is_symlink() {
            return Err(refused("is a link: pack the file that it leads to").into());
        }
        let length =
            copy(&mut entry, &to, LARGEST_FILE.min(left)).map_err(|error| refused(&error.to_string()))?;
        left -= length;
    }
    let root = sole_folder(folder.path())?.unwrap_or_else(|| folder.path().to_owned());
    Ok(Unpacked { _folder: folder, root })
}

/// Writes a file of so many bytes at most, whatever the archive says of its length.
fn copy(from: &mut impl Read, to: &Path, most: u64) -> io::Result<u64> {
    if let Some(parent) = to.parent() {
        std::fs::create_dir_all(parent)?;
    }
    let length = io::copy(&mut from.take(most + 1), &mut File::create_new(to)?)?;
    if length > most {
        let what = format!("is larger than {most} bytes, or the archive is larger than {MOST_BYTES}");
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, what));
    }
    Ok(length)
}

/// The folder that a folder holds, where it holds nothing else.
fn sole_folder(folder: &Path) -> io::Result<Option<PathBuf>> {
    let mut items = std::fs::read_dir(folder)?;
    let (Some(first), None) = (items.next().transpose()?, items.next()) else { return Ok(None) };
    // `content` alone is a site, and no folder around one.
    let is_folder = first.file_type()?.is_dir() && first.file_name() != "content";
    Ok(is_folder.then(|| first.path()))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::*;

    fn packed(files: &[(&str, &[u8])]) -> tempfile::NamedTempFile {
        let mut zip = ZipWriter::new(tempfile::NamedTempFile::new().unwrap());
        for (name, content) in files {
            zip.start_file(*name, SimpleFileOptions::default()).unwrap();
            zip.write_all(content).unwrap();
        }
        zip.finish().unwrap()
    }

    fn refused(archive: &tempfile::NamedTempFile) -> String {
        match unpack(archive.path()) {
            Ok(unpacked) => format!("unpacked to {}", unpacked.root.display()),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn an_archive_of_one_folder_is_that_folder() {
        let unpacked =
            unpack(packed(&[("site-main/a.md", b"a"), ("site-main/b/c.md", b"c")]).path()).unwrap();
        assert_eq!(std::fs::read_to_string(unpacked.root.join("b/c.md")).unwrap(), "c");
        let flat = unpack(packed(&[("a.md", b"a"), ("b/c.md", b"c")]).path()).unwrap();
        assert_eq!(std::fs::read_to_string(flat.root.join("a.md")).unwrap(), "a");
        let content = unpack(packed(&[("content/a.md", b"a")]).path()).unwrap();
        assert!(content.root.join("content/a.md").is_file());
    }

    #[test]
    fn what_would_leave_the_folder_links_or_grows_without_end_is_refused() {
        for name in ["../a.md", "a/../../b.md"] {
            let said = refused(&packed(&[(name, b"a")]));
            assert!(said.contains("outside"), "{name}: {said}");
        }
        let mut zip = ZipWriter::new(tempfile::NamedTempFile::new().unwrap());
        zip.add_symlink("a.md", "/etc/passwd", SimpleFileOptions::default()).unwrap();
        assert!(refused(&zip.finish().unwrap()).contains("a.md is a link"));
        let bomb = vec![0; usize::try_from(LARGEST_FILE).unwrap() + 1];
        assert!(refused(&packed(&[("a.md", &bomb)])).contains("a.md is larger than 67108864 bytes"));
        let text = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(text.path(), "no archive").unwrap();
        assert!(refused(&text).contains(text.path().to_str().unwrap()));
    }
}
