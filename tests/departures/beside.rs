//! Who stays: another organisation that publishes the same words, in the same blobs.

use std::collections::BTreeMap;
use std::time::Duration;

use reqwest::header::HOST as HOST_HEADER;

use super::leaver::{Leaver, SHARED, blobs, files, publish, write};
use crate::publishing::rig::{Rig, client};

/// Every file of the live site, as readers get it and as it lies on disk.
async fn seen(rig: &Rig) -> BTreeMap<String, (Vec<u8>, Vec<u8>)> {
    let root = std::fs::canonicalize(rig.folder.path().join("sites/acme.localhost")).unwrap();
    let mut seen = BTreeMap::new();
    for file in files(&root).into_iter().filter(|path| path.is_file()) {
        let path = file.strip_prefix(&root).unwrap().to_str().unwrap().to_owned();
        if path.ends_with(".br") || path.ends_with(".gz") || path == "404.html" {
            continue;
        }
        let url = format!("http://127.0.0.1:{}/{}", rig.port, path.trim_end_matches("index.html"));
        let answer = client().get(url).header(HOST_HEADER, "acme.localhost").send().await.unwrap();
        assert!(answer.status() == 200 || answer.status() == 301, "{path}: {}", answer.status());
        seen.insert(path, (answer.bytes().await.unwrap().to_vec(), std::fs::read(file).unwrap()));
    }
    assert!(seen.len() > 10, "{:?}", seen.keys());
    seen
}

#[tokio::test(flavor = "multi_thread")]
async fn an_organisation_with_the_same_words_is_served_byte_for_byte_and_publishes_again() {
    let mut rig = Rig::new().await;
    let leaver = Leaver::new(&rig).await;
    let picture = rig.app.sites.files_after(&leaver.scope, "", 10).await.unwrap().remove(0);
    let content = rig.app.storage.get(picture.hash).await.unwrap();
    // The same file, and a page of the same text.
    rig.app.sites.put_file(&rig.scope, "static/picture.bin", content.clone()).await.unwrap();
    write(&rig, &rig.scope, &[("_index.md", SHARED), ("own.md", "Acme's own words.")]).await;
    let (theirs, before) = (leaver.picture(&rig).await, blobs(&rig));
    publish(&rig, &rig.scope).await;
    assert!(blobs(&rig).len() > before.len());
    rig.rest().await;
    let ours = seen(&rig).await;
    assert!(ours.values().any(|(read, _)| *read == theirs), "both have this file, in one blob");

    leaver.delete(&rig).await;
    leaver.gone(&rig).await;

    assert_eq!(seen(&rig).await, ours);
    // A process that remembers nothing reads the same from storage alone.
    rig.restart().await;
    assert_eq!(seen(&rig).await, ours);
    write(&rig, &rig.scope, &[("_index.md", SHARED), ("own.md", "Other words."), ("new.md", "A new page.")])
        .await;
    publish(&rig, &rig.scope).await;
    rig.rest().await;
    let after = seen(&rig).await;
    assert_eq!(after["picture.bin"].0, content);
    assert!(String::from_utf8(after["new/index.html"].0.clone()).unwrap().contains("A new page."));
    assert!(String::from_utf8(after["index.md"].0.clone()).unwrap().contains(SHARED));
    rig.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_leaves_does_not_wait_until_anothers_damaged_edition_is_mended() {
    let rig = Rig::new().await;
    rig.write(&[("_index.md", SHARED)]).await;
    let edition = rig.publish().await;
    rig.rest().await;
    let before = blobs(&rig);
    let leaver = Leaver::new(&rig).await;
    let root = rig.app.storage.file(edition.manifest.unwrap()).unwrap();
    let aside = rig.folder.path().join("aside");
    std::fs::rename(&root, &aside).unwrap();

    leaver.delete(&rig).await;
    leaver.gone(&rig).await;
    let refused = rig.app.publishing.sweep(Duration::ZERO).await.unwrap_err().to_string();
    let (edition, site) = (edition.id.to_string(), rig.scope.site().to_string());
    assert!(refused.contains(&edition) && refused.contains(&site), "{refused}");

    std::fs::rename(&aside, &root).unwrap();
    rig.app.publishing.sweep(Duration::ZERO).await.unwrap();
    assert_eq!(blobs(&rig), before, "what was left is swept as soon as it can be");
    rig.stop().await;
}
