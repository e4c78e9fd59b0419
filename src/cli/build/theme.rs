//! Finding the theme of a site: a folder given by name, one beside the site, or one inside this program.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use press::{Fault, SiteConfig, Theme};

use crate::cli::folder::{self, Snapshot};

const PARTS: [&str; 4] = ["templates", "assets", "i18n", "theme.toml"];
/// A theme is templates and styles; a larger file is a mistake.
const LARGEST: u64 = 16 << 20;

/// Where a site's theme comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Place {
    /// A folder.
    Folder(PathBuf),
    /// The program itself.
    Builtin(String),
}

impl Place {
    /// `given` (`--theme DIR`), else `themes/NAME` in the site's folder or beside it, else the built-in one.
    pub(super) fn find(site: &Path, config: &SiteConfig, given: Option<&Path>) -> Place {
        if let Some(folder) = given {
            return Place::Folder(folder.to_owned());
        }
        let named = Path::new("themes").join(&config.theme);
        // A name with a separator would leave themes/: the press refuses it as a name that it does not know.
        let plain = Path::new(&config.theme).components().count() == 1 && !config.theme.starts_with('.');
        let beside = site.canonicalize().ok().and_then(|site| Some(site.parent()?.join(&named)));
        [Some(site.join(&named)), beside]
            .into_iter()
            .flatten()
            .find(|folder| plain && folder.join("theme.toml").is_file())
            .map_or_else(|| Place::Builtin(config.theme.clone()), Place::Folder)
    }

    /// The files of a theme in a folder; a built-in one never changes.
    pub(super) fn snapshot(&self, faults: &mut Vec<Fault>) -> Snapshot {
        match self {
            Place::Folder(folder) => list(folder, faults),
            Place::Builtin(_) => Snapshot::new(),
        }
    }

    /// Reads and compiles the theme.
    ///
    /// # Errors
    /// All faults of its files.
    pub(crate) fn load(&self) -> Result<Arc<Theme>, Vec<Fault>> {
        match self {
            Place::Builtin(name) => Theme::builtin(name).map(Arc::new),
            Place::Folder(folder) => {
                let name = name(folder);
                Theme::load(&name, files(folder, &name)?).map(Arc::new)
            }
        }
    }
}

/// The theme's name is its folder's.
fn name(folder: &Path) -> String {
    let real = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    real.file_name().map_or_else(|| "theme".to_owned(), |name| name.to_string_lossy().into_owned())
}

fn list(folder: &Path, faults: &mut Vec<Fault>) -> Snapshot {
    let mut snapshot = folder::list(folder, &PARTS, faults);
    if let Ok(metadata) = std::fs::metadata(folder.join("theme.toml")) {
        snapshot.insert("theme.toml".to_owned(), folder::Stamp::of(&metadata));
    }
    snapshot
}

fn files(folder: &Path, name: &str) -> Result<Vec<(String, Vec<u8>)>, Vec<Fault>> {
    let known = |path: &str| format!("themes/{name}/{path}");
    if !folder.join("theme.toml").is_file() {
        let what = "is no theme: it has no theme.toml";
        let cure = "Make one with `citepress theme new DIR`, or name another folder.";
        return Err(vec![Fault::new(folder.display().to_string(), what, cure)]);
    }
    let mut faults = Vec::new();
    let mut files = Vec::new();
    for (path, stamp) in list(folder, &mut faults) {
        if stamp.length > LARGEST {
            faults.push(Fault::new(known(&path), "is larger than 16 MiB", "Make it smaller."));
            continue;
        }
        match std::fs::read(folder.join(&path)) {
            Ok(bytes) => files.push((path, bytes)),
            Err(error) => faults.push(Fault::io(known(&path), &error)),
        }
    }
    if faults.is_empty() { Ok(files) } else { Err(faults) }
}
