use std::collections::BTreeMap;

use super::*;

fn entry(path: String, content: u32) -> Entry {
    let identity = Blob { hash: BlobHash::of(&content.to_le_bytes()), len: u64::from(content % 1000) };
    Entry {
        path,
        media_type: "text/html".into(),
        immutable: false,
        redirect: None,
        identity,
        br: None,
        gz: None,
    }
}

fn manifests() -> (tempfile::TempDir, Manifests) {
    let folder = tempfile::tempdir().unwrap();
    let storage = Storage::disk(folder.path()).unwrap();
    (folder, Manifests::new(storage))
}

#[tokio::test]
async fn the_same_files_make_the_same_root_whatever_the_order_of_edits() {
    let (_folder, manifests) = manifests();
    let mut truth = BTreeMap::new();
    let mut root = None;
    let mut random = 7u32;
    let mut next = |below: u32| {
        random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (random >> 8) % below
    };
    for round in 0..40 {
        let (mut put, mut removed) = (Vec::new(), Vec::new());
        for _ in 0..next(60) {
            let path = format!("p/{}", next(300));
            // Every other stretch of rounds removes more than it puts, so that branches shrink to leaves again.
            if next(10) < if (round / 10) % 2 == 0 { 2 } else { 8 } {
                truth.remove(&path);
                put.retain(|entry: &Entry| entry.path != path);
                removed.push(path);
            } else {
                let entry = entry(path.clone(), next(10_000));
                truth.insert(path, entry.clone());
                put.push(entry);
            }
        }
        root = Some(manifests.update(root, put, removed).await.unwrap());
        let clean = manifests.update(None, truth.values().cloned().collect(), Vec::new()).await.unwrap();
        assert_eq!(root, Some(clean), "round {round}");
        let mut entries = manifests.entries(clean).await.unwrap();
        entries.sort_by(|a, b| a.path.cmp(&b.path));
        assert!(entries.iter().eq(truth.values()), "round {round}");
    }
}

#[tokio::test]
async fn an_edit_of_one_file_writes_few_nodes_and_leaves_the_old_edition_as_it_was() {
    let (folder, manifests) = manifests();
    let files: Vec<Entry> = (0..5_000).map(|n| entry(format!("page-{n}/index.html"), n)).collect();
    let first = manifests.update(None, files, Vec::new()).await.unwrap();
    let blobs = || walk(folder.path());
    let before = blobs();
    let changed = entry("page-17/index.html".into(), 999_999);
    let second = manifests.update(Some(first), vec![changed.clone()], Vec::new()).await.unwrap();
    assert!(blobs() - before <= 4, "{} nodes for one file", blobs() - before);
    assert_eq!(manifests.get(second, "page-17/index.html").await.unwrap(), Some(changed));
    assert_eq!(
        manifests.get(first, "page-17/index.html").await.unwrap(),
        Some(entry("page-17/index.html".into(), 17))
    );
    assert_eq!(manifests.get(second, "page-x").await.unwrap(), None);
    assert_eq!(manifests.totals(second).await.unwrap().files, 5_000);
}

fn walk(folder: &std::path::Path) -> usize {
    std::fs::read_dir(folder)
        .unwrap()
        .map(|item| item.unwrap().path())
        .map(|path| if path.is_dir() { walk(&path) } else { 1 })
        .sum()
}
