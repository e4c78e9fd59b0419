//! A deletion whose worker is killed again and again.

use std::path::Path;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use citepress::queue::{Filter, Reach};

use super::leaver::{Leaver, SHARED, blobs, files};
use crate::database::citepress;
use crate::publishing::rig::Rig;

const PAGES: usize = 400;
const KILLS: usize = 25;

struct Worker(Child);

impl Worker {
    fn start(data: &Path) -> Worker {
        let mut command = citepress(data);
        command.args(["worker", "--data"]).arg(data).stdout(Stdio::null()).stderr(Stdio::null());
        Worker(command.spawn().expect("the binary under test starts"))
    }
}

impl Drop for Worker {
    /// SIGKILL.
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// How often the removal was begun; `None` when it is over.
async fn attempt(rig: &Rig) -> Option<u32> {
    let purges = Filter { kind: Some("departures.purge".into()), ..Filter::default() };
    Some(rig.app.queue.list(Reach::All, &purges, 1).await.unwrap().first()?.attempt)
}

/// Waits until it was begun once more; `false` when it is over.
async fn begun(rig: &Rig, before: Option<u32>) -> bool {
    let began = Instant::now();
    loop {
        let now = attempt(rig).await;
        if now != before {
            return now.is_some();
        }
        if began.elapsed() > Duration::from_secs(60) {
            panic!(
                "no worker takes it up: {:?}",
                rig.app.queue.list(Reach::All, &Filter::default(), 3).await
            );
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deletion_that_is_killed_anywhere_goes_on_until_nothing_is_left() {
    let rig = Rig::without_worker().await;
    let worker = rig.app.work();
    rig.write(&[("_index.md", SHARED)]).await;
    rig.publish().await;
    worker.idle().await;
    let before = blobs(&rig);
    let leaver = Leaver::new(&rig).await;
    let pages: Vec<(String, String)> =
        (0..PAGES).map(|n| (format!("p/{n}.md"), format!("Page {n} of many, with some words."))).collect();
    let pages: Vec<(&str, &str)> = pages.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    leaver.write(&rig, &pages).await;
    leaver.publish(&rig).await;
    worker.idle().await;
    worker.drain(Duration::from_secs(10)).await;
    assert!(blobs(&rig).len() > before.len() + 2 * PAGES);
    leaver.delete(&rig).await;

    let mut hits = 0;
    let mut random = 7u64;
    for _ in 0..KILLS {
        if rig.app.accounts.every_departed().await.unwrap().is_empty() {
            break;
        }
        let attempt = attempt(&rig).await;
        let worker = Worker::start(rig.folder.path());
        if !begun(&rig, attempt).await {
            break;
        }
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        tokio::time::sleep(Duration::from_micros((random >> 33) % 500_000)).await;
        drop(worker);
        hits += usize::from(!rig.app.accounts.every_departed().await.unwrap().is_empty());
        rig.take_back().await;
    }
    assert!(hits >= 5, "only {hits} kills have hit it at work");
    let began = Instant::now();
    let _worker = Worker::start(rig.folder.path());
    leaver.gone(&rig).await;
    assert!(began.elapsed() < Duration::from_secs(120));
    assert_eq!(blobs(&rig), before);
    let site = leaver.scope.site().to_string();
    let left: Vec<_> = files(rig.folder.path())
        .into_iter()
        .filter(|path| path.display().to_string().contains(&site))
        .collect();
    assert!(left.is_empty(), "{left:?}");
    assert_eq!(rig.read("/").await.0, 200, "the other site is there");
    rig.stop().await;
}
