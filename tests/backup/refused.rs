//! What is refused: before anything is written, and saying what to do.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use zip::write::SimpleFileOptions;

use super::place::{Place, archive, back_up, run, said};
use crate::departures::leaver::files;
use crate::publishing::rig::Rig;

async fn backed_up(archives: &tempfile::TempDir, flags: &[&str]) -> (Rig, PathBuf) {
    let rig = Rig::new().await;
    rig.write(&[("_index.md", "One.")]).await;
    rig.publish().await;
    rig.rest().await;
    let out = archive(archives, "a.zip");
    back_up(rig.folder.path(), &out, flags);
    let twice = run(rig.folder.path(), &["backup", out.to_str().unwrap()]);
    assert!(
        !twice.status.success() && said(&twice).contains("no backup is written over"),
        "{}",
        said(&twice)
    );
    (rig, out)
}

/// Nothing of a backup is there.
fn is_untouched(place: &Place) {
    let found = files(&place.data().join("blobs"));
    assert!(found.iter().all(|path| path.is_dir()), "{found:?}");
    assert!(!place.data().join("secret.key").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_or_newer_archive_is_refused_before_anything_is_written() {
    let archives = tempfile::tempdir().unwrap();
    let (rig, whole) = backed_up(&archives, &["--with-key"]).await;
    let bytes = std::fs::read(&whole).unwrap();
    let bad = archive(&archives, "bad.zip");
    let place = Place::usual().await;
    for (part, middle) in middles(&whole) {
        let mut damaged = bytes.clone();
        damaged[middle] ^= 0x55;
        std::fs::write(&bad, &damaged).unwrap();
        let why = place.refuses(&bad);
        assert!(
            why.contains("is damaged or cut off") && why.contains("nothing was restored"),
            "{part}: {why}"
        );
        is_untouched(&place);
    }
    for cut in [0, 100, bytes.len() / 2, bytes.len() - 1] {
        std::fs::write(&bad, &bytes[..cut]).unwrap();
        assert!(place.refuses(&bad).contains("is damaged or cut off"), "cut at {cut}");
    }
    let newer = |from: &str, to: &str| {
        rewritten(&whole, &bad, |text| text.replace(from, to));
        place.refuses(&bad)
    };
    let why = newer("\"format\": 1", "\"format\": 2");
    assert!(why.contains("is newer than this one (its format is 2)"), "{why}");
    let why = newer("\"0020_holds\"", "\"0020_holds\", \"0999_later\"");
    assert!(why.contains("newer than this one (migration 0999_later)"), "{why}");
    is_untouched(&place);
    place.restored(&whole);
    rig.stop().await;
}

/// Every part, and where the middle of its content lies in the archive.
fn middles(archive: &Path) -> Vec<(String, usize)> {
    let mut zip = zip::ZipArchive::new(std::fs::File::open(archive).unwrap()).unwrap();
    let mut middles = Vec::new();
    for index in 0..zip.len() {
        let entry = zip.by_index_raw(index).unwrap();
        // Of nothing at all there is no middle.
        if entry.size() > 0 {
            let at = entry.data_start().unwrap() + entry.compressed_size() / 2;
            middles.push((entry.name().unwrap().to_string(), usize::try_from(at).unwrap()));
        }
    }
    assert!(middles.len() > 10, "{middles:?}");
    middles
}

/// The same archive with another table of contents.
fn rewritten(from: &Path, to: &Path, change: impl Fn(String) -> String) {
    let mut old = zip::ZipArchive::new(std::fs::File::open(from).unwrap()).unwrap();
    let mut new = zip::ZipWriter::new(std::fs::File::create(to).unwrap());
    for index in 0..old.len() {
        let mut entry = old.by_index(index).unwrap();
        let (name, mut content) = (entry.name().unwrap().to_string(), Vec::new());
        entry.read_to_end(&mut content).unwrap();
        if name == "backup.json" {
            let text = String::from_utf8(content).unwrap();
            let changed = change(text.clone());
            assert_ne!(text, changed);
            content = changed.into_bytes();
        }
        new.start_file(name, SimpleFileOptions::default()).unwrap();
        new.write_all(&content).unwrap();
    }
    new.finish().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_or_wrong_key_is_told_at_once_and_not_a_week_later() {
    let archives = tempfile::tempdir().unwrap();
    let (rig, without) = backed_up(&archives, &[]).await;
    let place = Place::usual().await;
    let why = place.refuses(&without);
    assert!(why.contains("made without the key") && why.contains("secret.key"), "{why}");
    let key = place.data().join("secret.key");
    std::fs::write(&key, [7; 32]).unwrap();
    let why = place.refuses(&without);
    assert!(why.contains("is not the key by which this backup's secrets are sealed"), "{why}");
    std::fs::copy(rig.folder.path().join("secret.key"), &key).unwrap();
    place.restored(&without);
    rig.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_place_that_is_used_is_never_restored_over() {
    let archives = tempfile::tempdir().unwrap();
    let (rig, whole) = backed_up(&archives, &["--with-key"]).await;
    let over = run(rig.folder.path(), &["restore", whole.to_str().unwrap()]);
    let why = said(&over);
    assert!(
        !over.status.success() && why.contains("the database has rows in") && why.contains("--data"),
        "{why}"
    );

    let place = Place::usual().await;
    // Whoever looks around first has used nothing.
    let looked = run(place.data(), &["migrate", "up"]);
    assert!(looked.status.success(), "{}", said(&looked));
    let storage = citepress::storage::Storage::disk(&place.data().join("blobs")).unwrap();
    let theirs = storage.put(bytes::Bytes::from_static(b"another's")).await.unwrap();
    let why = place.refuses(&whole);
    assert!(why.contains("the storage has blobs") && why.contains(&theirs.to_string()), "{why}");
    std::fs::remove_file(storage.file(theirs).unwrap()).unwrap();
    place.restored(&whole);
    assert!(place.refuses(&whole).contains("the database has rows in"), "and it is not restored twice");
    rig.stop().await;
}
