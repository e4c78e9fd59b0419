//! A disk that is full, at either end.

use std::path::Path;
use std::process::{Command, Output};

use super::place::{Place, archive, back_up, run, said};
use crate::database;
use crate::departures::leaver::files;
use crate::publishing::rig::Rig;

/// The program sees a tiny file system at one folder; everything else is the real one. What it leaves there is listed at
/// the end.
fn with_a_tiny_disk(data: &Path, tiny: &Path, size: &str, arguments: &[&str]) -> Output {
    let script = "mount -t tmpfs -o size=$2 full \"$1\" && shift 2 && \"$@\"; code=$?; \
                  find \"$TINY\" -type f; exit $code";
    let mut command = Command::new("unshare");
    command.args(["--map-root-user", "--mount", "sh", "-c", script, "sh"]).arg(tiny).arg(size);
    command.arg(env!("CARGO_BIN_EXE_citepress")).args(arguments).arg("--data").arg(data);
    command.envs(database::named(data)).env("TINY", tiny).output().unwrap()
}

async fn furnished() -> Rig {
    let rig = Rig::new().await;
    let noise: Vec<u8> = blake3::hash(b"noise").as_bytes().iter().cycle().take(32).copied().collect();
    for n in 0..40_u8 {
        // What nobody can make smaller.
        let mut content = vec![0; 100_000];
        blake3::Hasher::new_keyed(&noise.clone().try_into().unwrap())
            .update(&[n])
            .finalize_xof()
            .fill(&mut content);
        rig.app.sites.put_file(&rig.scope, &format!("static/{n}.bin"), content.into()).await.unwrap();
    }
    rig.write(&[("_index.md", "One.")]).await;
    rig.publish().await;
    rig.rest().await;
    rig
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_is_told_and_leaves_no_archive_and_no_half_restored_installation() {
    let rig = furnished().await;
    let data = rig.folder.path();
    let out = data.join("archives");
    std::fs::create_dir(&out).unwrap();
    let file = out.join("a.zip");
    let full = with_a_tiny_disk(data, &out, "1m", &["backup", file.to_str().unwrap(), "--with-key"]);
    let told = said(&full);
    assert!(!full.status.success() && told.contains("No space left on device"), "{told}");
    assert!(told.contains("a.zip") && full.stdout.is_empty(), "something was left: {told}");
    // With space it works, and whoever reads was not disturbed.
    assert!(rig.read("/").await.1.contains("One."));
    back_up(data, &file, &["--with-key"]);

    let place = Place::usual().await;
    let blobs = place.data().join("blobs");
    std::fs::create_dir(&blobs).unwrap();
    let full = with_a_tiny_disk(place.data(), &blobs, "2m", &["restore", file.to_str().unwrap()]);
    assert!(!full.status.success() && said(&full).contains("No space left on device"), "{}", said(&full));
    // Once more, as if the disk had filled up behind the note that a restore has begun.
    let note = blobs.join("restore");
    std::fs::create_dir(&note).unwrap();
    std::fs::write(note.join(note_name(&full)), b"").unwrap();
    let started = run(place.data(), &["worker"]);
    assert!(said(&started).contains("a restore into this place was cut off"), "{}", said(&started));
    let archives = tempfile::tempdir().unwrap();
    let other = archive(&archives, "other.zip");
    back_up(data, &other, &["--with-key"]);
    assert!(place.refuses(&other).contains("a restore of another backup was cut off"));
    place.restored(&file);
    assert!(files(&note).is_empty(), "the note is gone");
    let served = place.serve().await;
    served.trees().await;
    assert_eq!(
        super::place::tree(place.data(), "acme.localhost"),
        super::place::tree(data, "acme.localhost")
    );
    served.stop().await;
    rig.stop().await;
}

/// The note that was left on the disk that is gone.
fn note_name(output: &Output) -> String {
    let left = String::from_utf8_lossy(&output.stdout).into_owned();
    let note = left.lines().find_map(|line| line.split_once("/restore/"));
    note.unwrap_or_else(|| panic!("no note was left: {left}")).1.to_owned()
}
