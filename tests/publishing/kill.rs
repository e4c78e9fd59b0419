//! kill -9 in the middle of publishing: readers get the old or the new edition, never a mix.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use citepress::publishing::EditionState;

use super::rig::Rig;
use crate::database::citepress;

const PAGES: usize = 60;
const KILLS: usize = 30;
/// Kills that must fall between the first write of an edition and its flip.
const IN_BETWEEN: usize = 20;

/// A process that works off jobs.
pub(super) struct Worker(Child);

impl Worker {
    pub(super) fn start(data: &Path) -> Worker {
        let mut command = citepress(data);
        command.args(["worker", "--data"]).arg(data).stdout(Stdio::null()).stderr(Stdio::null());
        Worker::of(command)
    }

    pub(super) fn of(mut command: Command) -> Worker {
        Worker(command.spawn().expect("the binary under test starts"))
    }

    fn is_running(&mut self) -> bool {
        matches!(self.0.try_wait(), Ok(None))
    }

    /// SIGKILL.
    fn kill(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.kill();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kill_in_the_middle_of_publishing_leaves_the_old_or_the_new_edition_never_a_mix() {
    let rig = Rig::without_worker().await;
    let blobs = rig.folder.path().join("blobs");
    let mut in_between = 0;
    let mut version = 0;
    let mut live = 0;
    let mut random = 1u64;
    rewrite(&rig, version).await;
    let first = rig.request().await;
    let mut worker = Worker::start(rig.folder.path());
    assert_eq!(rig.settled(first).await.state, EditionState::Ready);

    for round in 0..KILLS {
        worker.kill();
        version += 1;
        rewrite(&rig, version).await;
        let before = newest(&blobs);
        let edition = rig.request().await;
        worker = Worker::start(rig.folder.path());
        // The first write is the signal; then a random moment of the time that a build takes.
        let began = Instant::now();
        while newest(&blobs) == before {
            assert!(began.elapsed() < Duration::from_secs(60), "round {round}: nothing was written");
            assert!(worker.is_running(), "round {round}: the worker ended by itself");
            std::thread::sleep(Duration::from_micros(200));
        }
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        std::thread::sleep(Duration::from_micros((random >> 33) % 60_000));
        worker.kill();
        if rig.app.publishing.edition(&rig.scope, edition).await.unwrap().state == EditionState::Queued {
            in_between += 1;
        }
        let shown = shown(&rig).await;
        assert!(
            shown.windows(2).all(|pair| pair[0] == pair[1]),
            "round {round}: a mix of editions {shown:?}"
        );
        let now: usize = shown[0].trim_start_matches("version ").parse().unwrap();
        assert!(now >= live && now <= version, "round {round}: {now} is neither {live} nor later");
        live = now;
    }
    assert!(in_between >= IN_BETWEEN, "only {in_between} of {KILLS} kills hit an edition being built");

    // What was asked for is done in the end, by whoever comes next.
    let _worker = Worker::start(rig.folder.path());
    let last = rig.request().await;
    assert_eq!(rig.settled(last).await.state, EditionState::Ready);
    rig.app.publishing.refresh_flips().await.unwrap();
    assert_eq!(shown(&rig).await, vec![format!("version {version}"); PAGES]);
    rig.stop().await;
}

async fn rewrite(rig: &Rig, version: usize) {
    let pages: Vec<(String, String)> =
        (0..PAGES).map(|n| (format!("p{n}.md"), format!("version {version}."))).collect();
    let pages: Vec<(&str, &str)> = pages.iter().map(|(path, body)| (path.as_str(), body.as_str())).collect();
    rig.write(&pages).await;
}

/// What readers are shown now, on each page.
async fn shown(rig: &Rig) -> Vec<String> {
    rig.app.publishing.refresh_flips().await.unwrap();
    let mut shown = Vec::with_capacity(PAGES);
    for n in 0..PAGES {
        let (status, body) = rig.read(&format!("/p{n}/")).await;
        assert_eq!(status, 200, "page {n}");
        let at = body.find("version ").expect("the page says its version");
        shown.push(body[at..].chars().take_while(|c| *c != '.').collect());
    }
    shown
}

/// How many folders of blobs there are, and when the newest was changed: a new blob changes one of the two.
fn newest(blobs: &Path) -> (usize, Option<std::time::SystemTime>) {
    let mut folders = 0;
    let mut latest = None;
    for outer in std::fs::read_dir(blobs).into_iter().flatten().flatten() {
        for inner in std::fs::read_dir(outer.path()).into_iter().flatten().flatten() {
            folders += 1;
            latest = latest.max(inner.metadata().and_then(|data| data.modified()).ok());
        }
    }
    (folders, latest)
}
