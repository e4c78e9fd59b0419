//! Finding the theme of a site: a folder given by name, one beside the site, or one inside this program.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use press::{Fault, SiteConfig, Theme};

use crate::cli::folder::{self, Snapshot};

const PARTS: [&str; 4] = ["templates", "assets", "i18n", "theme.toml"];
/// A site's own templates, which go before the theme's.
const OVERRIDES: &str = "templates";
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

    /// The files that the theme is read from: its folder, where it has one, and the site's own templates.
    pub(super) fn snapshot(&self, site: &Path, faults: &mut Vec<Fault>) -> Snapshot {
        let mut all = folder::list(site, &[OVERRIDES], faults);
        if let Place::Folder(folder) = self {
            let own = list(folder, faults).into_iter().map(|(path, stamp)| (format!("theme/{path}"), stamp));
            all.extend(own);
        }
        all
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

    /// The same with the templates of the site's own `templates/` in the place of the theme's.
    pub(super) fn load_for(&self, site: &Path) -> Result<Arc<Theme>, Vec<Fault>> {
        let mut faults = Vec::new();
        let own = folder::list(site, &[OVERRIDES], &mut faults);
        let own = read(site, own, str::to_owned, &mut faults);
        if !faults.is_empty() {
            return Err(faults);
        }
        let (name, files) = match self {
            _ if own.is_empty() => return self.load(),
            Place::Builtin(name) => (name.clone(), Theme::builtin_files(name).unwrap_or_default()),
            Place::Folder(folder) => (name(folder), files(folder, &name(folder))?),
        };
        let paths: Vec<String> = own.iter().map(|(path, _)| path.clone()).collect();
        Theme::load(&name, files.into_iter().chain(own)).map(Arc::new).map_err(|faults| {
            // The press knows one folder of templates; the author has two.
            let inside = format!("themes/{name}/");
            let rename = |mut fault: Fault| {
                if let Some(path) =
                    fault.file.strip_prefix(&inside).filter(|path| paths.iter().any(|own| own == path))
                {
                    fault.file = path.to_owned();
                }
                fault
            };
            faults.into_iter().map(rename).collect()
        })
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
    let snapshot = list(folder, &mut faults);
    let files = read(folder, snapshot, known, &mut faults);
    if faults.is_empty() { Ok(files) } else { Err(faults) }
}

/// Reads files below a folder; `shown` is how a fault names one.
fn read(
    folder: &Path,
    files: Snapshot,
    shown: impl Fn(&str) -> String,
    faults: &mut Vec<Fault>,
) -> Vec<(String, Vec<u8>)> {
    let mut all = Vec::with_capacity(files.len());
    for (path, stamp) in files {
        if stamp.length > LARGEST {
            faults.push(Fault::new(shown(&path), "is larger than 16 MiB", "Make it smaller."));
            continue;
        }
        match std::fs::read(folder.join(&path)) {
            Ok(bytes) => all.push((path, bytes)),
            Err(error) => faults.push(Fault::io(shown(&path), &error)),
        }
    }
    all
}
