//! Folders on disk: made under another name, then moved into place, so that what has its name is whole.

use std::collections::HashSet;
use std::future::Future;
use std::io;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::pin::Pin;

use super::folder::{Folder, Item};
use crate::base::HostName;
use crate::publishing::PublishError;
use crate::storage::{BlobHash, Storage};

/// Waits for its turn at a site's forest; the turn ends when the file is dropped, or its process is gone.
pub(super) async fn lock(forest: &Path) -> Result<std::fs::File, PublishError> {
    let path = forest.join(".lock");
    let shown = path.display().to_string();
    let taken = tokio::task::spawn_blocking(move || {
        std::fs::create_dir_all(path.parent().unwrap_or(&path))?;
        let file = std::fs::OpenOptions::new().create(true).truncate(false).write(true).open(&path)?;
        file.lock()?;
        Ok(file)
    });
    let taken = taken.await.map_err(|error| PublishError::Rendering(error.to_string()))?;
    taken.map_err(|error: io::Error| PublishError::Tree { path: shown, error })
}

type Writing<'a> = Pin<Box<dyn Future<Output = Result<(), PublishError>> + Send + 'a>>;

/// Writes the folders of a tree that are not there yet, deepest first.
pub(super) fn folders<'a>(storage: &'a Storage, forest: &'a Path, tree: &'a Folder) -> Writing<'a> {
    Box::pin(async move {
        let name = tree.hash();
        let place = forest.join(&name);
        if place.exists() {
            return Ok(());
        }
        let draft = forest.join(format!(".{name}"));
        let failed = |path: &Path| {
            let path = path.display().to_string();
            move |error| PublishError::Tree { path, error }
        };
        // A draft of an attempt that was killed.
        match std::fs::remove_dir_all(&draft) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(failed(&draft)(error)),
            _ => {}
        }
        std::fs::create_dir_all(&draft).map_err(failed(&draft))?;
        for (item_name, item) in &tree.items {
            let path = draft.join(item_name);
            match item {
                Item::File(hash) => file(storage, *hash, &path).await?,
                Item::Folder(below) => {
                    folders(storage, forest, below).await?;
                    symlink(Path::new("..").join(below.hash()), &path).map_err(failed(&path))?;
                }
            }
        }
        std::fs::rename(&draft, &place).map_err(failed(&place))
    })
}

/// A hard link to the blob where that is possible, else a copy of it.
async fn file(storage: &Storage, hash: BlobHash, path: &Path) -> Result<(), PublishError> {
    if let Some(blob) = storage.file(hash)
        && std::fs::hard_link(&blob, path).is_ok()
    {
        return Ok(());
    }
    let bytes = storage.get(hash).await?;
    std::fs::write(path, &bytes)
        .map_err(|error| PublishError::Tree { path: path.display().to_string(), error })
}

/// Points the host's link at a tree; the name of the one it pointed at before, if another.
pub(super) fn point(
    sites_dir: &Path,
    host: &HostName,
    forest: &Path,
    name: &str,
) -> Result<Option<String>, PublishError> {
    let link = sites_dir.join(host.as_str());
    let before = std::fs::read_link(&link).ok();
    let target = forest.strip_prefix(sites_dir).unwrap_or(forest).join(name);
    if before.as_ref() == Some(&target) {
        return Ok(None);
    }
    let draft = sites_dir.join(format!(".{host}.new"));
    let flip = || {
        let _ = std::fs::remove_file(&draft);
        symlink(&target, &draft)?;
        std::fs::rename(&draft, &link)
    };
    flip().map_err(|error| PublishError::Tree { path: link.display().to_string(), error })?;
    Ok(before.and_then(|before| before.file_name().map(|name| name.to_string_lossy().into_owned())))
}

/// Adds the names of a tree that is on disk: its own and those of the folders that it links.
pub(super) fn hashes_below(forest: &Path, name: &str, into: &mut HashSet<String>) {
    let mut todo = vec![name.to_owned()];
    while let Some(name) = todo.pop() {
        let links = links_in(&forest.join(&name));
        if into.insert(name) {
            todo.extend(links);
        }
    }
}

fn links_in(folder: &Path) -> Vec<String> {
    let Ok(items) = std::fs::read_dir(folder) else { return Vec::new() };
    let target = |path: PathBuf| std::fs::read_link(path).ok()?.file_name()?.to_str().map(str::to_owned);
    items.filter_map(|item| target(item.ok()?.path())).collect()
}

/// Removes the folders that no tree uses any more. What can't be removed now is removed the next time.
pub(super) fn prune(forest: &Path, keep: &HashSet<String>) {
    let Ok(items) = std::fs::read_dir(forest) else { return };
    for item in items.flatten() {
        let used = item.file_name().to_str().is_some_and(|name| name == ".lock" || keep.contains(name));
        if !used && let Err(error) = std::fs::remove_dir_all(item.path()) {
            tracing::warn!(target: "publishing", path = %item.path().display(), %error, "an old tree stays");
        }
    }
}
