//! What lies in a folder at one moment.

use std::collections::BTreeMap;
use std::fs::{self, DirEntry, Metadata};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use press::Fault;
use rayon::prelude::*;

/// The files of a folder by their path below it (with forward slashes), each with its stamp.
pub(super) type Snapshot = BTreeMap<String, Stamp>;

/// Folders in folders beyond this are taken for a mistake; it also bounds the recursion.
const DEEPEST: usize = 64;

/// Tells whether a file was changed, without reading it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stamp {
    /// Bytes.
    pub length: u64,
    modified: Option<SystemTime>,
}

impl Stamp {
    pub(super) fn of(metadata: &Metadata) -> Stamp {
        Stamp { length: metadata.len(), modified: metadata.modified().ok() }
    }
}

/// Lists the files below `root/part` for each part that exists (`""` is the root itself). Hidden files are left out, except below `static`,
/// whose files are copied as they are (`static/.well-known/…`).
pub(super) fn list(root: &Path, parts: &[&str], faults: &mut Vec<Fault>) -> Snapshot {
    let walk = Walk { root, real_root: root.canonicalize().unwrap_or_else(|_| root.to_owned()) };
    let found: Vec<Found> = parts.iter().flat_map(|part| walk.part(part)).collect();
    let mut snapshot = Snapshot::new();
    for item in found {
        match item {
            Ok((path, stamp)) => {
                snapshot.insert(path, stamp);
            }
            Err(fault) => faults.push(fault),
        }
    }
    snapshot
}

type Found = Result<(String, Stamp), Fault>;

struct Walk<'a> {
    root: &'a Path,
    real_root: PathBuf,
}

impl Walk<'_> {
    fn part(&self, part: &str) -> Vec<Found> {
        let path = self.root.join(part);
        match path.canonicalize() {
            Ok(real) if !real.starts_with(&self.real_root) => vec![Err(leads_out(part))],
            Ok(real) if real.is_dir() => self.folder(part, part == "static", 0),
            _ => Vec::new(),
        }
    }

    fn folder(&self, path: &str, hidden: bool, depth: usize) -> Vec<Found> {
        if depth > DEEPEST {
            let what = format!("lies more than {DEEPEST} folders deep");
            return vec![Err(Fault::new(path, what, "Move it further up."))];
        }
        let entries =
            match fs::read_dir(self.root.join(path)).and_then(Iterator::collect::<Result<Vec<_>, _>>) {
                Ok(entries) => entries,
                Err(error) => return vec![Err(Fault::io(path, &error))],
            };
        let entries: Vec<Vec<Found>> =
            entries.into_par_iter().map(|entry| self.entry(path, &entry, hidden, depth)).collect();
        entries.into_iter().flatten().collect()
    }

    fn entry(&self, folder: &str, entry: &DirEntry, hidden: bool, depth: usize) -> Vec<Found> {
        let name = entry.file_name();
        let Some(name) = name.to_str() else {
            let path = format!("{folder}/{}", name.to_string_lossy());
            return vec![Err(Fault::new(path, "has a name that is not UTF-8", "Rename it."))];
        };
        if name == ".git" || name == ".DS_Store" || (name.starts_with('.') && !hidden) {
            return Vec::new();
        }
        let path = if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => self.folder(&path, hidden, depth + 1),
            Ok(kind) if kind.is_file() => vec![self.stamp(path, entry.metadata())],
            Ok(kind) if kind.is_symlink() => vec![self.link(path)],
            Ok(_) => vec![Err(Fault::new(path, "is neither a file nor a folder", "Remove it."))],
            Err(error) => vec![Err(Fault::io(path, &error))],
        }
    }

    fn stamp(&self, path: String, metadata: std::io::Result<Metadata>) -> Found {
        match metadata {
            Ok(metadata) => Ok((path, Stamp::of(&metadata))),
            Err(error) => Err(Fault::io(path, &error)),
        }
    }

    /// A link is followed to a file of the same site and to nothing else: a site that came from elsewhere must not
    /// publish the files of whoever builds it.
    fn link(&self, path: String) -> Found {
        let target = match self.root.join(&path).canonicalize() {
            Ok(target) => target,
            Err(error) => return Err(Fault::io(path, &error)),
        };
        if target.is_file() && target.starts_with(&self.real_root) {
            return self.stamp(path, fs::metadata(target));
        }
        Err(leads_out(&path))
    }
}

fn leads_out(path: &str) -> Fault {
    Fault::new(path, "is a link that leads out of the site's folder or to a folder", "Copy it in.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_files_are_left_out_but_static_is_taken_as_it_is() {
        let site = tempfile::tempdir().unwrap();
        for path in ["content/a.md", "content/.a.md.swp", "static/.well-known/x.txt", "static/.git/config"] {
            let path = site.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "x").unwrap();
        }
        let mut faults = Vec::new();
        let files = list(site.path(), &["content", "static", "assets"], &mut faults);
        assert_eq!(files.keys().collect::<Vec<_>>(), ["content/a.md", "static/.well-known/x.txt"]);
        assert!(faults.is_empty());
    }

    #[test]
    #[cfg(unix)]
    fn a_link_out_of_the_site_is_a_fault_and_one_inside_is_followed() {
        let (site, secret) = (tempfile::tempdir().unwrap(), tempfile::NamedTempFile::new().unwrap());
        fs::create_dir(site.path().join("content")).unwrap();
        fs::write(site.path().join("content/a.md"), "text").unwrap();
        std::os::unix::fs::symlink(secret.path(), site.path().join("content/out.md")).unwrap();
        std::os::unix::fs::symlink("a.md", site.path().join("content/in.md")).unwrap();
        let mut faults = Vec::new();
        let files = list(site.path(), &["content"], &mut faults);
        assert_eq!(files.keys().collect::<Vec<_>>(), ["content/a.md", "content/in.md"]);
        assert_eq!(files["content/in.md"].length, 4);
        assert!(faults[0].to_string().starts_with("content/out.md: is a link that leads out"), "{faults:?}");
        std::os::unix::fs::symlink(secret.path().parent().unwrap(), site.path().join("static")).unwrap();
        assert!(list(site.path(), &["static"], &mut faults).is_empty());
        assert!(faults[1].to_string().starts_with("static: is a link that leads out"), "{faults:?}");
    }
}
