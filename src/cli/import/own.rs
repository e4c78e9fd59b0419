//! A site's folder that `citepress export` has written: it is taken back as it is, settings included.

use std::path::Path;

use press::{Document, Fault};
use serde::Deserialize;

use super::super::build::{LARGEST_DOCUMENT, within};
use super::super::folder::{self, Snapshot};
use super::Imported;
use crate::departures::{SITE_FORMAT, SITE_MARK};

/// What the folder says of itself.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Mark {
    format: String,
    version: u32,
    /// The site's title, for lists.
    pub title: String,
    /// The health below which no page is published.
    pub gate: u8,
    /// The settings, which lie beside it.
    #[serde(skip)]
    pub settings: String,
}

const VERSION: u32 = 1;

/// The mark of a folder that was exported here; `None` for any other.
pub(super) fn mark(folder: &Path) -> Result<Option<Mark>, Vec<Fault>> {
    let text = match std::fs::read(folder.join(SITE_MARK)) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(vec![Fault::io(SITE_MARK, &error)]),
    };
    let bad = |what: String| vec![Fault::new(SITE_MARK, what, "Export the site again.")];
    let mut mark: Mark =
        serde_json::from_slice(&text).map_err(|error| bad(format!("can't be read: {error}")))?;
    if mark.format != SITE_FORMAT {
        return Err(bad(format!("is of \"{}\", not of a site", mark.format)));
    }
    if mark.version > VERSION {
        let what = format!("is of version {}; this citepress knows up to {VERSION}", mark.version);
        return Err(vec![Fault::new(SITE_MARK, what, "Import it with a newer one.")]);
    }
    let settings = std::fs::read_to_string(folder.join("site.toml"));
    mark.settings = settings.map_err(|error| vec![Fault::io("site.toml", &error)])?;
    Ok(Some(mark))
}

/// Everything of the folder as it is. All faults of reading at once.
pub(super) fn load(root: &Path, mark: Mark) -> Result<Imported, Vec<Fault>> {
    let mut faults = Vec::new();
    let found = folder::list(root, &["content", "drafts", "static", "assets"], &mut faults);
    let (mut documents, mut drafts) = (Vec::new(), Vec::new());
    let mut assets = Vec::new();
    for path in found.keys() {
        let page = path.split_once('/').filter(|(_, page)| page.ends_with(".md"));
        let (pages, page) = match page {
            Some(("content", page)) => (&mut documents, page),
            Some(("drafts", page)) => (&mut drafts, page),
            _ => {
                assets.push(path.clone());
                continue;
            }
        };
        match read(root, path, &found) {
            Ok(text) => pages.push(Document { path: page.to_owned(), text }),
            Err(fault) => faults.push(fault),
        }
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    Ok(Imported { documents, drafts, assets, mark: Some(mark), ..Imported::default() })
}

fn read(root: &Path, path: &str, found: &Snapshot) -> Result<String, Fault> {
    within(path, found.get(path).map_or(0, |stamp| stamp.length), LARGEST_DOCUMENT)?;
    let bytes = std::fs::read(root.join(path)).map_err(|error| Fault::io(path, &error))?;
    String::from_utf8(bytes).map_err(|error| Fault::invalid_utf8(path, &error.utf8_error()))
}
