//! A site's two trees on disk: which of them is linked, and what each holds.

use std::io;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::base::HostName;
use crate::publishing::PublishError;
use crate::storage::BlobHash;
use crate::tenancy::SiteId;

pub(super) const TREES: &str = ".trees";
/// Where copies of a bucket's blobs are kept for the trees, among them because hard links don't leave a mount. No host is
/// named so, and nothing links to it: no server finds what is published nowhere.
pub const NEAR: &str = ".near";
const NAMES: [&str; 2] = ["a", "b"];
const LOCK: &str = "lock";
const LINKS: &str = "links.json";

/// Where a site's trees are.
pub(super) struct Forest {
    sites_dir: PathBuf,
    /// Below `sites_dir`.
    place: PathBuf,
}

/// One of the two trees.
pub(super) struct Tree {
    forest: PathBuf,
    name: &'static str,
}

/// What a tree holds. It is written before and after each change, so a change that was cut off is known.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(super) struct Journal {
    /// The manifest that it held when it was whole; absent where it was empty.
    pub holds: Option<BlobHash>,
    /// The manifest that it is being changed to.
    pub towards: Option<BlobHash>,
}

impl Forest {
    pub(super) fn of(sites_dir: &Path, site: SiteId) -> Forest {
        let place = Path::new(TREES).join(site.to_string());
        Forest { sites_dir: sites_dir.to_owned(), place }
    }

    fn folder(&self) -> PathBuf {
        self.sites_dir.join(&self.place)
    }

    /// Waits for its turn; the turn ends when the file is dropped, or its process is gone.
    pub(super) async fn lock(&self) -> Result<std::fs::File, PublishError> {
        let folder = self.folder();
        let path = folder.join(LOCK);
        let shown = path.clone();
        let taken = tokio::task::spawn_blocking(move || {
            std::fs::create_dir_all(folder)?;
            let file = std::fs::OpenOptions::new().create(true).truncate(false).write(true).open(&path)?;
            file.lock()?;
            Ok(file)
        });
        let taken = taken.await.map_err(|error| PublishError::Rendering(error.to_string()))?;
        taken.map_err(failed(&shown))
    }

    /// The tree that the host's link points at, and the one to be written next.
    pub(super) fn trees(&self, host: &HostName) -> (Option<Tree>, Tree) {
        let [a, b] = NAMES.map(|name| Tree { forest: self.folder(), name });
        match std::fs::read_link(self.sites_dir.join(host.as_str())) {
            Ok(target) if target == self.place.join(a.name) => (Some(a), b),
            Ok(target) if target == self.place.join(b.name) => (Some(b), a),
            _ => (None, a),
        }
    }

    /// Points the host's link at a tree, at once.
    pub(super) fn point(&self, host: &HostName, tree: &Tree) -> Result<(), PublishError> {
        // Noted first: a link that nobody knows of would stay for ever.
        self.remember(host)?;
        let link = self.sites_dir.join(host.as_str());
        let draft = self.draft(host);
        let flip = || {
            gone(std::fs::remove_file(&draft))?;
            symlink(self.place.join(tree.name), &draft)?;
            std::fs::rename(&draft, &link)
        };
        flip().map_err(failed(&link))
    }

    /// Notes that a host's link leads here.
    pub(super) fn remember(&self, host: &HostName) -> Result<(), PublishError> {
        let mut links = self.links();
        if links.contains(host) {
            return Ok(());
        }
        links.push(host.clone());
        self.note_links(&links)
    }

    /// Takes the links of all hosts but one away.
    pub(super) fn link_only(&self, host: Option<&HostName>) -> Result<(), PublishError> {
        let links = self.links();
        if links.iter().all(|link| Some(link) == host) {
            return Ok(());
        }
        links.iter().filter(|link| Some(*link) != host).try_for_each(|link| self.unlink(link))?;
        self.note_links(&Vec::from_iter(host.cloned()))
    }

    /// The hosts whose links may lead here.
    fn links(&self) -> Vec<HostName> {
        let noted = std::fs::read(self.folder().join(LINKS)).unwrap_or_default();
        let noted: Vec<String> = serde_json::from_slice(&noted).unwrap_or_default();
        noted.iter().filter_map(|host| host.parse().ok()).collect()
    }

    fn note_links(&self, links: &[HostName]) -> Result<(), PublishError> {
        let path = self.folder().join(LINKS);
        let draft = path.with_extension("new");
        let write = || {
            std::fs::write(&draft, serde_json::to_vec(links)?)?;
            std::fs::rename(&draft, &path)
        };
        write().map_err(failed(&path))
    }

    /// Takes a host's link away, if it leads to one of these trees.
    pub(super) fn unlink(&self, host: &HostName) -> Result<(), PublishError> {
        let link = self.sites_dir.join(host.as_str());
        match std::fs::read_link(&link) {
            Ok(target) if target.starts_with(&self.place) => {
                gone(std::fs::remove_file(&link)).map_err(failed(&link))
            }
            _ => Ok(()),
        }
    }

    /// Takes the links of these hosts away, as far as they lead here, then trees and journals. The caller has the forest's
    /// lock; who waits for it finds that the site is gone.
    pub(super) fn fell(&self, hosts: &[HostName]) -> Result<(), PublishError> {
        for host in hosts.iter().chain(&self.links()) {
            self.unlink(host)?;
            let draft = self.draft(host);
            gone(std::fs::remove_file(&draft)).map_err(failed(&draft))?;
        }
        let folder = self.folder();
        gone(std::fs::remove_dir_all(&folder)).map_err(failed(&folder))
    }

    /// Where a link is made before it is put in its place.
    fn draft(&self, host: &HostName) -> PathBuf {
        self.sites_dir.join(format!(".{host}.new"))
    }

    /// Removes what is neither tree nor journal: drafts, and what older versions left. What can't go now goes the next time.
    pub(super) fn sweep(&self) {
        let Ok(items) = std::fs::read_dir(self.folder()) else { return };
        for item in items.flatten() {
            let name = item.file_name();
            let known = |known: &str| name == known || name == journal_name(known).as_str();
            if name == LOCK || name == LINKS || NAMES.into_iter().any(known) {
                continue;
            }
            let path = item.path();
            let removed =
                if path.is_dir() { std::fs::remove_dir_all(&path) } else { std::fs::remove_file(&path) };
            if let Err(error) = removed {
                tracing::warn!(target: "publishing", path = %path.display(), %error, "an old tree stays");
            }
        }
    }
}

impl Tree {
    pub(super) fn folder(&self) -> PathBuf {
        self.forest.join(self.name)
    }

    pub(super) fn twin(&self) -> Tree {
        let name = if self.name == NAMES[0] { NAMES[1] } else { NAMES[0] };
        Tree { forest: self.forest.clone(), name }
    }

    /// The manifest of what it holds, when it is whole.
    pub(super) fn holds(&self) -> Option<BlobHash> {
        self.journal().filter(|journal| journal.towards.is_none())?.holds
    }

    /// Absent where there is no tree, or nothing that can be known of it.
    pub(super) fn journal(&self) -> Option<Journal> {
        let text = std::fs::read(self.forest.join(journal_name(self.name))).ok()?;
        self.folder().is_dir().then(|| serde_json::from_slice(&text).ok())?
    }

    pub(super) fn note(&self, journal: Journal) -> Result<(), PublishError> {
        let path = self.forest.join(journal_name(self.name));
        let draft = path.with_extension("new");
        let write = || {
            std::fs::write(&draft, serde_json::to_vec(&journal)?)?;
            std::fs::rename(&draft, &path)
        };
        write().map_err(failed(&path))
    }

    /// Empties it.
    pub(super) fn clear(&self) -> Result<(), PublishError> {
        let folder = self.folder();
        gone(std::fs::remove_file(self.forest.join(journal_name(self.name)))).map_err(failed(&folder))?;
        gone(std::fs::remove_dir_all(&folder)).map_err(failed(&folder))?;
        std::fs::create_dir_all(&folder).map_err(failed(&folder))
    }
}

/// What stands in a folder of published trees.
pub(super) struct Standing {
    /// The sites that have trees.
    pub forests: Vec<SiteId>,
    /// Every link that leads to one of them.
    pub links: Vec<(SiteId, HostName)>,
}

/// Looks at what stands in a folder.
pub(super) fn standing(sites_dir: &Path) -> io::Result<Standing> {
    let items = |folder: &Path| match std::fs::read_dir(folder) {
        Ok(items) => items.collect::<io::Result<Vec<_>>>(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error),
    };
    let named = |name: &std::ffi::OsStr| name.to_str().and_then(|name| name.parse::<SiteId>().ok());
    let forests = items(&sites_dir.join(TREES))?;
    let forests = forests.iter().filter_map(|item| named(&item.file_name())).collect();
    let mut links = Vec::new();
    for item in items(sites_dir)? {
        let Ok(target) = std::fs::read_link(item.path()) else { continue };
        let Ok(below) = target.strip_prefix(TREES) else { continue };
        let site = below.iter().next().and_then(named);
        let host = item.file_name().to_str().and_then(|name| name.parse().ok());
        links.extend(site.zip(host));
    }
    Ok(Standing { forests, links })
}

fn journal_name(tree: &str) -> String {
    format!("{tree}.json")
}

/// What is not there need not be removed.
pub(super) fn gone(removed: io::Result<()>) -> io::Result<()> {
    match removed {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

pub(super) fn failed(path: &Path) -> impl FnOnce(io::Error) -> PublishError + use<> {
    let path = path.display().to_string();
    move |error| PublishError::Tree { path, error }
}
