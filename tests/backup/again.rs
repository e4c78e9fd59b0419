//! A restore that was cut off: what it has done is known, and nobody takes the place for whole.

use std::path::Path;

use citepress::backups::MakeBackup;
use citepress::publishing::PublishError;
use citepress::queue::{NewJob, Reach, State};
use citepress::storage::{BlobHash, Storage};

use super::place::{Place, archive, back_up, run, said};
use crate::publishing::rig::Rig;

/// Leaves the note of a restore of this archive that is not finished.
fn cut_off(data: &Path, archive: &Path) {
    let mut zip = zip::ZipArchive::new(std::fs::File::open(archive).unwrap()).unwrap();
    let contents = std::io::read_to_string(zip.by_name("backup.json").unwrap()).unwrap();
    let note = data.join("blobs/restore");
    std::fs::create_dir_all(&note).unwrap();
    std::fs::write(note.join(format!("of-{}", blake3::hash(contents.as_bytes()))), b"").unwrap();
}

async fn published() -> Rig {
    let rig = Rig::new().await;
    rig.write(&[("_index.md", "One.")]).await;
    rig.publish().await;
    rig.app.sites.put_file(&rig.scope, "static/own.bin", "its own".into()).await.unwrap();
    rig.rest().await;
    rig
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_try_mends_what_the_first_has_left_and_keeps_its_rows() {
    let rig = published().await;
    let archives = tempfile::tempdir().unwrap();
    let whole = archive(&archives, "a.zip");
    back_up(rig.folder.path(), &whole, &["--with-key"]);
    rig.stop().await;
    let place = Place::usual().await;
    place.restored(&whole);
    cut_off(place.data(), &whole);
    // As a loss of power leaves it: the right length, and nothing of it.
    let storage = Storage::disk(&place.data().join("blobs")).unwrap();
    let own = BlobHash::of(b"its own");
    std::fs::write(storage.file(own).unwrap(), [0; 7]).unwrap();
    place.restored(&whole);
    assert_eq!(storage.get(own).await.unwrap().as_ref(), b"its own");
    assert!(place.refuses(&whole).contains("the database has rows in"), "it is finished");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_installations_rows_are_never_taken_for_those_of_the_archive() {
    let rig = published().await;
    let archives = tempfile::tempdir().unwrap();
    let whole = archive(&archives, "a.zip");
    back_up(rig.folder.path(), &whole, &["--with-key"]);
    // The note is this archive's, and the database is that of somebody who works with it.
    cut_off(rig.folder.path(), &whole);
    let output = run(rig.folder.path(), &["restore", whole.to_str().unwrap()]);
    assert!(
        !output.status.success() && said(&output).contains("the database has rows in"),
        "{}",
        said(&output)
    );
    assert_eq!(rig.app.pages.list(&rig.scope).await.unwrap().len(), 1);
    rig.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn while_a_restore_is_not_finished_nobody_opens_the_place_and_nothing_is_swept() {
    let rig = published().await;
    let archives = tempfile::tempdir().unwrap();
    let (whole, other) = (archive(&archives, "a.zip"), archive(&archives, "b.zip"));
    back_up(rig.folder.path(), &whole, &["--with-key"]);
    cut_off(rig.folder.path(), &whole);
    for arguments in [
        &["backup", other.to_str().unwrap()][..],
        &["admin", "verify-audit-log"],
        &["export", "acme", "--out", other.to_str().unwrap()],
        &["worker"],
    ] {
        let output = run(rig.folder.path(), arguments);
        assert!(!output.status.success(), "{arguments:?}");
        assert!(said(&output).contains("a restore into this place was cut off"), "{}", said(&output));
    }
    // Nor does who was here before.
    let swept = rig.app.publishing.sweep(std::time::Duration::ZERO).await.unwrap();
    assert!(swept.held && swept.removed == 0, "{swept:?}");
    rig.app.departures.delete(&rig.org, "Acme").await.unwrap();
    let departed = rig.app.accounts.every_departed().await.unwrap();
    assert_eq!(departed.len(), 1);
    for gone in departed {
        let refused = rig.app.publishing.remove_blobs(&gone).await.unwrap_err();
        assert!(matches!(refused, PublishError::Held), "{refused}");
    }
    std::fs::remove_dir_all(rig.folder.path().join("blobs/restore")).unwrap();
    back_up(rig.folder.path(), &other, &[]);
    rig.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_makes_no_key_and_planned_ones_of_the_archive_are_called_off() {
    let rig = published().await;
    let mut tx = rig.app.db.write_system().await.unwrap();
    let later = citepress::base::Clock::system().now() + std::time::Duration::from_secs(3600);
    let job = rig.app.queue.enqueue(&mut tx, NewJob::new(MakeBackup {}).at(later)).await.unwrap().id();
    tx.commit().await.unwrap();
    let archives = tempfile::tempdir().unwrap();
    let (whole, other) = (archive(&archives, "a.zip"), archive(&archives, "b.zip"));
    back_up(rig.folder.path(), &whole, &["--with-key"]);
    rig.stop().await;

    let place = Place::usual().await;
    place.restored(&whole);
    let served = place.serve().await;
    assert_eq!(served.app.queue.get(Reach::All, job).await.unwrap().state, State::Cancelled);
    served.stop().await;

    let key = place.data().join("secret.key");
    std::fs::remove_file(&key).unwrap();
    let refused = run(place.data(), &["backup", other.to_str().unwrap()]);
    assert!(
        !refused.status.success() && said(&refused).contains("there is no secret.key"),
        "{}",
        said(&refused)
    );
    assert!(!key.exists() && !other.exists(), "one was made");
    let mut worker = crate::database::citepress(place.data());
    let planned = worker.env("CITEPRESS_BACKUP__FOLDER", archives.path()).arg("worker");
    let refused = planned.arg("--data").arg(place.data()).output().unwrap();
    assert!(
        !refused.status.success() && said(&refused).contains("there is no secret.key"),
        "{}",
        said(&refused)
    );
    assert!(!key.exists(), "one was made");
}
