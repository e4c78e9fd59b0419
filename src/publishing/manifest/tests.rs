use std::collections::BTreeMap;

use super::*;

/// Memory for nodes: enough for all of them.
const CACHE: u64 = 8 << 20;

fn entry(path: String, content: u32) -> Entry {
    let identity = Blob { hash: BlobHash::of(&content.to_le_bytes()), len: u64::from(content % 1000) };
    Entry {
        path,
        media_type: "text/html".into(),
        immutable: false,
        redirect: None,
        keeps_method: false,
        identity,
        br: None,
        gz: None,
    }
}

fn manifests() -> (tempfile::TempDir, Manifests) {
    let folder = tempfile::tempdir().unwrap();
    let storage = Storage::disk(folder.path()).unwrap();
    (folder, Manifests::new(storage, CACHE))
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
    let blobs = || files_below(folder.path()).len();
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

fn files_below(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let items = std::fs::read_dir(folder).unwrap().map(|item| item.unwrap().path());
    items.flat_map(|path| if path.is_dir() { files_below(&path) } else { vec![path] }).collect()
}

#[tokio::test]
async fn the_difference_of_two_editions_is_what_was_edited_and_reads_no_more_than_its_nodes() {
    let (folder, manifests) = manifests();
    let files: Vec<Entry> = (0..5_000).map(|n| entry(format!("page-{n}"), n)).collect();
    let first = manifests.update(None, files, Vec::new()).await.unwrap();
    let put = vec![entry("page-17".into(), 999_999), entry("new".into(), 1)];
    let second = manifests.update(Some(first), put, vec!["page-18".into()]).await.unwrap();
    assert_eq!(manifests.diff(Some(first), first).await.unwrap(), []);
    assert_eq!(manifests.diff(None, first).await.unwrap().len(), 5_000);

    // With a cold cache, most nodes gone from the disk are not missed.
    let needed = blobs_on_path(&manifests, &[first, second], &["page-17", "page-18", "new"]).await;
    let storage = Storage::disk(folder.path()).unwrap();
    let needed: Vec<_> = needed.into_iter().filter_map(|hash| storage.file(hash)).collect();
    let cold = Manifests::new(storage, CACHE);
    for file in files_below(folder.path()) {
        if !needed.contains(&file) {
            std::fs::remove_file(file).unwrap();
        }
    }
    let mut found = cold.diff(Some(first), second).await.unwrap();
    found.sort_by(|a, b| a.path.cmp(&b.path));
    let of = |path: &str, before: Option<u32>, after: Option<u32>| {
        let entry = |content| entry(path.to_owned(), content);
        Difference { path: path.to_owned(), before: before.map(entry), after: after.map(entry) }
    };
    let expected =
        [of("new", None, Some(1)), of("page-17", Some(17), Some(999_999)), of("page-18", Some(18), None)];
    assert_eq!(found, expected);
}

/// The nodes from the roots down to the paths.
async fn blobs_on_path(manifests: &Manifests, roots: &[BlobHash], paths: &[&str]) -> Vec<BlobHash> {
    let mut found = Vec::new();
    for (root, path) in roots.iter().flat_map(|root| paths.iter().map(move |path| (*root, *path))) {
        let (key, mut hash) = (node::key(path), root);
        for depth in 0.. {
            found.push(hash);
            let Node::Branch(children) = manifests.load(hash).await.unwrap().as_ref().clone() else { break };
            let Some(child) = children[node::slot(&key, depth)] else { break };
            hash = child.hash;
        }
    }
    found
}
