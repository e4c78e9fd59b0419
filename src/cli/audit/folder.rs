//! A folder to audit: HTML files as they will be served, or a site that is built in memory first.

use std::path::Path;

use jiff::Timestamp;
use press::Fault;
use url::Url;

use super::Observed;
use super::built::{Built, Shelf};
use crate::cli::build::{once, within};
use crate::cli::folder;

/// A larger page is beyond what any engine reads.
const LARGEST_PAGE: u64 = 20 << 20;
/// Where a folder is that does not say it itself.
const NOWHERE: &str = "http://localhost/";

/// Reads the folder.
///
/// # Errors
/// All faults of the files, or of the site's build.
pub(super) fn read(path: &Path, most: usize, now: Timestamp) -> Result<Observed, Vec<Fault>> {
    if !path.is_dir() {
        let cure = "Name a folder, or write an address with http:// or https://.";
        return Err(vec![Fault::new(path.display().to_string(), "is no folder", cure)]);
    }
    let (built, base) = if path.join("site.toml").is_file() {
        let shelf = Shelf::default();
        let config = once(path, &shelf)?;
        (shelf.into_built(), Url::parse(&config.base_url).ok())
    } else {
        let built = files(path)?;
        let base = built.says_its_address();
        (built, base)
    };
    let base = base.or_else(|| Url::parse(NOWHERE).ok());
    base.map(|base| built.observe(&base, most, now)).ok_or_else(Vec::new)
}

fn files(path: &Path) -> Result<Built, Vec<Fault>> {
    let mut faults = Vec::new();
    let mut built = Built::default();
    for (name, stamp) in folder::list(path, &[""], &mut faults) {
        if !Built::wants(&name) {
            built.note(name);
            continue;
        }
        let bytes = within(&name, stamp.length, LARGEST_PAGE)
            .and_then(|()| std::fs::read(path.join(&name)).map_err(|error| Fault::io(&name, &error)));
        match bytes {
            Ok(bytes) => built.add(name, &bytes),
            Err(fault) => faults.push(fault),
        }
    }
    if faults.is_empty() { Ok(built) } else { Err(faults) }
}
