//! The difference between two editions, done to a folder. Doing it twice is the same as once.

use std::io::{self, ErrorKind};
use std::path::{Component, Path, PathBuf};

use super::forest::{failed, gone};
use crate::publishing::PublishError;
use crate::publishing::manifest::{Blob, Difference, Entry};
use crate::storage::{BlobHash, Storage};

/// A file that could not be a link to its blob: another file system, a bucket, or too many links already.
pub(super) struct Copy {
    pub path: PathBuf,
    pub blob: BlobHash,
}

/// The blobs that a tree will hold and did not hold before.
pub(super) fn wanted(differences: &[Difference]) -> Vec<BlobHash> {
    let after = differences.iter().flat_map(|difference| files(difference.after.as_ref()));
    after.map(|(_, blob)| blob).collect()
}

/// Removes and links; what has to be copied instead.
pub(super) fn apply(
    folder: &Path,
    differences: &[Difference],
    storage: &Storage,
) -> Result<Vec<Copy>, PublishError> {
    // All removals first: a file may make way for a folder of its name.
    for difference in differences {
        let after = files(difference.after.as_ref());
        for (path, _) in files(difference.before.as_ref()) {
            if after.iter().all(|(kept, _)| *kept != path) {
                remove(folder, &below(folder, &path)?)?;
            }
        }
    }
    let mut copies = Vec::new();
    for difference in differences {
        let before = files(difference.before.as_ref());
        for (path, blob) in files(difference.after.as_ref()) {
            if before.contains(&(path.clone(), blob)) {
                continue;
            }
            let path = below(folder, &path)?;
            if !place(storage.local(blob).as_deref(), &path).map_err(failed(&path))? {
                copies.push(Copy { path, blob });
            }
        }
    }
    Ok(copies)
}

/// The files of an entry: itself, and each ready-made encoding beside it.
pub(super) fn files(entry: Option<&Entry>) -> Vec<(String, BlobHash)> {
    let Some(entry) = entry else { return Vec::new() };
    let encodings = [("", Some(entry.identity)), (".br", entry.br), (".gz", entry.gz)];
    let file = |(ending, blob): (&str, Option<Blob>)| Some((format!("{}{ending}", entry.path), blob?.hash));
    encodings.into_iter().filter_map(file).collect()
}

/// The press makes no other paths; a tree is not the place to rely on it.
fn below(folder: &Path, path: &str) -> Result<PathBuf, PublishError> {
    let path = Path::new(path);
    if path.components().all(|part| matches!(part, Component::Normal(_))) {
        return Ok(folder.join(path));
    }
    Err(failed(path)(io::Error::new(ErrorKind::InvalidInput, "it would leave the published tree")))
}

fn remove(folder: &Path, path: &Path) -> Result<(), PublishError> {
    gone(std::fs::remove_file(path)).map_err(failed(path))?;
    // Folders go with their last file.
    let parents = path.ancestors().skip(1).take_while(|parent| *parent != folder);
    let _kept = parents.map(std::fs::remove_dir).find(Result::is_err);
    Ok(())
}

/// Links the blob to the path, whose folders are made as needed; `false` when it has to be copied there.
fn place(blob: Option<&Path>, path: &Path) -> io::Result<bool> {
    if let Some(parent) = path.parent()
        && !parent.is_dir()
    {
        std::fs::create_dir_all(parent)?;
    }
    gone(std::fs::remove_file(path))?;
    Ok(blob.is_some_and(|blob| std::fs::hard_link(blob, path).is_ok()))
}
