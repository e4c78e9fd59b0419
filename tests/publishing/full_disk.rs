//! A disk that fills up while an edition is built.

use std::process::{Command, Stdio};

use citepress::publishing::EditionState;

use super::kill::Worker;
use super::rig::Rig;
use crate::database;

/// The worker sees a tiny file system in place of the blobs' folder; the server and the database see the real one.
fn worker_with_a_full_disk(rig: &Rig) -> Worker {
    let script = "mount -t tmpfs -o size=256k full \"$1/blobs\" && exec \"$0\" worker --data \"$1\"";
    let mut command = Command::new("unshare");
    command.args(["--map-root-user", "--mount", "sh", "-c", script]);
    command.arg(env!("CARGO_BIN_EXE_citepress")).arg(rig.folder.path());
    command.envs(database::named(rig.folder.path()));
    command.stdout(Stdio::null()).stderr(Stdio::null());
    Worker::of(command)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disk_that_fills_up_while_publishing_leaves_the_live_edition_and_recovers_with_space() {
    let rig = Rig::without_worker().await;
    rig.write(&[("_index.md", "One.")]).await;
    let first = rig.request().await;
    let worker = Worker::start(rig.folder.path());
    assert_eq!(rig.settled(first).await.state, EditionState::Ready);
    drop(worker);

    let long = "many words that take space ".repeat(4_000);
    let pages: Vec<(String, String)> =
        (0..20).map(|n| (format!("p{n}.md"), format!("Two {n}. {long}"))).collect();
    let pages: Vec<(&str, &str)> = pages.iter().map(|(path, body)| (path.as_str(), body.as_str())).collect();
    rig.write(&pages).await;
    let second = rig.request().await;
    let worker = worker_with_a_full_disk(&rig);
    let why = rig.cause_of_build(second).await;
    assert!(why.contains("No space left on device"), "{why}");
    rig.app.publishing.refresh_flips().await.unwrap();
    assert!(rig.read("/").await.1.contains("One."), "readers keep the live edition");
    assert_eq!(rig.read("/p7/").await.0, 404);
    drop(worker);
    rig.take_back().await;

    // Space is back: the same edition is finished by the next worker.
    let _worker = Worker::start(rig.folder.path());
    assert_eq!(rig.settled(second).await.state, EditionState::Ready);
    assert!(rig.read("/p7/").await.1.contains("Two 7."));
    rig.stop().await;
}
