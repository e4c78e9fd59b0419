//! A blob that is damaged: everything else is kept, and nobody takes the backup for whole.

use super::place::{Place, archive, run, said};
use crate::publishing::rig::Rig;

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_blob_is_named_with_its_edition_and_the_rest_is_kept() {
    let rig = Rig::new().await;
    rig.write(&[("_index.md", "One."), ("two.md", "Two.")]).await;
    let edition = rig.publish().await;
    rig.app.sites.put_file(&rig.scope, "static/own.bin", "its own".into()).await.unwrap();
    rig.rest().await;
    let page = rig.app.publishing.entry(edition.manifest.unwrap(), "two/index.html").await.unwrap().unwrap();
    let file = citepress::storage::BlobHash::of(b"its own");
    std::fs::write(rig.app.storage.file(page.identity.hash).unwrap(), b"something else").unwrap();
    std::fs::remove_file(rig.app.storage.file(file).unwrap()).unwrap();

    let archives = tempfile::tempdir().unwrap();
    let out = archive(&archives, "a.zip");
    let output = run(rig.folder.path(), &["backup", out.to_str().unwrap(), "--with-key"]);
    let told = said(&output);
    assert_eq!(output.status.code(), Some(2), "{told}");
    assert!(told.contains(&format!("edition {}", edition.id)) && told.contains("damaged"), "{told}");
    assert!(
        told.contains("file static/own.bin of site") && told.contains("missing from the storage"),
        "{told}"
    );
    assert!(told.contains("2 blobs are not in it; everything else is"), "{told}");

    let place = Place::usual().await;
    let output = place.restore(&out);
    assert_eq!(output.status.code(), Some(2), "{}", said(&output));
    assert!(said(&output).contains("static/own.bin"), "{}", said(&output));
    let served = place.serve().await;
    let root = served.app.publishing.entry(edition.manifest.unwrap(), "index.html").await.unwrap().unwrap();
    assert!(served.app.storage.get(root.identity.hash).await.is_ok());
    served.stop().await;
    rig.stop().await;
}
