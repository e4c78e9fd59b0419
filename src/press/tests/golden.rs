//! A small but complete site, kept as files: `tests/golden/site` in, `tests/golden/out` out. When the output is meant to
//! change, run the test with BLESS=1 in the environment and read the difference.

use crate::memory::Site;
use press::{Asset, Change, Document, Theme};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    fn walk(folder: &Path, root: &Path, files: &mut BTreeMap<String, Vec<u8>>) {
        for entry in fs::read_dir(folder).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, root, files);
            } else {
                files.insert(
                    path.strip_prefix(root).unwrap().to_str().unwrap().to_owned(),
                    fs::read(&path).unwrap(),
                );
            }
        }
    }
    let mut found = BTreeMap::new();
    walk(folder, folder, &mut found);
    found
}

#[test]
fn the_golden_site_comes_out_as_it_is_kept() {
    let golden = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let mut sources = files(&golden.join("site"));
    let config = String::from_utf8(sources.remove("site.toml").unwrap()).unwrap();
    let mut site = Site::with(&config, Theme::builtin("plain").unwrap());
    let change = |(path, bytes): (String, Vec<u8>)| match path
        .strip_prefix("content/")
        .filter(|path| path.ends_with(".md"))
    {
        Some(document) => {
            Change::Put(Document { path: document.to_owned(), text: String::from_utf8(bytes).unwrap() })
        }
        None => Change::PutAsset(Asset { path, bytes: bytes.into() }),
    };
    site.change(sources.into_iter().map(change).collect()).unwrap();
    let made = site.files.0.into_inner().unwrap();
    let out = golden.join("out");
    #[allow(clippy::disallowed_methods, reason = "the one switch of this test")]
    if std::env::var_os("BLESS").is_some() {
        let _ = fs::remove_dir_all(&out);
        for (path, bytes) in &made {
            let file = out.join(path);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, bytes).unwrap();
        }
    }
    let kept = files(&out);
    assert_eq!(made.keys().collect::<Vec<_>>(), kept.keys().collect::<Vec<_>>());
    for (path, bytes) in &made {
        assert_eq!(String::from_utf8_lossy(bytes), String::from_utf8_lossy(&kept[path]), "{path}");
    }
}
