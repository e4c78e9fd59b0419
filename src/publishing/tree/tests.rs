use std::path::Path;

use super::*;
use crate::publishing::manifest::{Blob, Entry};
use crate::storage::Storage;

async fn entry(storage: &Storage, path: &str, text: &str) -> Entry {
    let hash = storage.put(bytes::Bytes::from(text.to_owned())).await.unwrap();
    let identity = Blob { hash, len: text.len() as u64 };
    let (path, media_type) = (path.to_owned(), "text/html".to_owned());
    Entry { path, media_type, immutable: false, redirect: None, identity, br: Some(identity), gz: None }
}

async fn plant(storage: &Storage, sites: &Path, entries: &[Entry]) -> Option<String> {
    let tree = Folder::of(entries);
    let forest = sites.join(".trees").join("site_1");
    write::folders(storage, &forest, &tree).await.unwrap();
    write::point(sites, &"demo.localhost".parse().unwrap(), &forest, &tree.hash()).unwrap()
}

#[tokio::test]
async fn a_static_server_finds_every_file_and_its_encodings_and_an_edit_rewrites_only_its_folders() {
    let folder = tempfile::tempdir().unwrap();
    let storage = Storage::disk(&folder.path().join("blobs")).unwrap();
    let sites = folder.path().join("sites");
    let mut entries = vec![entry(&storage, "index.html", "home").await];
    for n in 0..20 {
        entries.push(entry(&storage, &format!("guide/p{n}/index.html"), &format!("page {n}")).await);
    }
    assert_eq!(plant(&storage, &sites, &entries).await, None);
    let live = sites.join("demo.localhost");
    assert_eq!(std::fs::read_to_string(live.join("guide/p7/index.html")).unwrap(), "page 7");
    assert_eq!(std::fs::read_to_string(live.join("guide/p7/index.html.br")).unwrap(), "page 7");
    let unchanged = std::fs::canonicalize(live.join("guide/p8")).unwrap();

    entries[8] = entry(&storage, "guide/p7/index.html", "page seven").await;
    let before = plant(&storage, &sites, &entries).await.unwrap();
    assert_eq!(std::fs::read_to_string(live.join("guide/p7/index.html")).unwrap(), "page seven");
    assert_eq!(
        std::fs::canonicalize(live.join("guide/p8")).unwrap(),
        unchanged,
        "shared with the edition before"
    );
    let old = sites.join(".trees/site_1").join(&before);
    assert_eq!(
        std::fs::read_to_string(old.join("guide/p7/index.html")).unwrap(),
        "page 7",
        "old readers go on"
    );
}
