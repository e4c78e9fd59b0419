//! Backups while others write, publish, prune and sweep.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use citepress::publishing::manifest::Manifests;

use super::place::{Place, archive, back_up, run, said, tree};
use crate::publishing::rig::Rig;

const PAGES: usize = 12;
const BACKUPS: usize = 4;
/// Longer than an edition is built, so that the load goes on; short, so that there is much to sweep.
const GRACE: Duration = Duration::from_secs(2);

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_under_load_shows_one_moment_and_everything_that_it_needs() {
    let rig = Arc::new(Rig::keeping(1, 0).await);
    rewrite(&rig, 0).await;
    rig.publish().await;
    let going_on = Arc::new(AtomicBool::new(true));
    let versions = Arc::new(AtomicUsize::new(0));
    let publishing = tokio::spawn(publish_on(Arc::clone(&rig), Arc::clone(&going_on), Arc::clone(&versions)));
    let swept = Arc::new(AtomicU64::new(0));
    let sweeping = tokio::spawn(sweep_on(Arc::clone(&rig), Arc::clone(&going_on), Arc::clone(&swept)));
    let archives = tempfile::tempdir().unwrap();
    for number in 0..BACKUPS {
        let (data, file) = (rig.folder.path().to_owned(), archive(&archives, &format!("{number}.zip")));
        tokio::task::spawn_blocking(move || back_up(&data, &file, &["--with-key"])).await.unwrap();
        // The next one begins when there is something new to be seen, and something old is gone.
        let (seen, gone, began) =
            (versions.load(Ordering::SeqCst), swept.load(Ordering::SeqCst), Instant::now());
        while versions.load(Ordering::SeqCst) < seen + 3 || swept.load(Ordering::SeqCst) == gone {
            assert!(began.elapsed() < Duration::from_secs(60), "nothing is published or swept any more");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
    going_on.store(false, Ordering::SeqCst);
    publishing.await.unwrap();
    sweeping.await.unwrap();
    rig.rest().await;
    Arc::into_inner(rig).unwrap().stop().await;

    let mut last = 0;
    for number in 0..BACKUPS {
        let place = Place::usual().await;
        place.restored(&archive(&archives, &format!("{number}.zip")));
        let served = place.serve().await;
        served.trees().await;
        let shown = versions_in(&place);
        assert_eq!(shown.len(), PAGES);
        assert!(shown.windows(2).all(|pair| pair[0] == pair[1]), "a mix of editions: {shown:?}");
        assert!(shown[0] >= last, "{} came before {last}", shown[0]);
        last = shown[0];
        let manifests = Manifests::new(served.app.storage.clone(), 1 << 20);
        // Editions that were built and are not live are whole as well, and the site can go on from there.
        for org in served.app.accounts.every_as_system().await.unwrap() {
            for site in served.app.sites.scopes(&org).await.unwrap() {
                for edition in served.app.publishing.editions(&site).await.unwrap() {
                    let Some(root) = edition.manifest else { continue };
                    for entry in manifests.entries(root).await.unwrap() {
                        served.app.storage.get(entry.identity.hash).await.unwrap();
                    }
                }
            }
        }
        served.stop().await;
        let verified = run(place.data(), &["admin", "verify-audit-log"]);
        assert!(verified.status.success(), "{}", said(&verified));
    }
}

async fn rewrite(rig: &Rig, version: usize) {
    let pages: Vec<(String, String)> =
        (0..PAGES).map(|n| (format!("p{n}.md"), format!("version {version}."))).collect();
    let pages: Vec<(&str, &str)> = pages.iter().map(|(path, body)| (path.as_str(), body.as_str())).collect();
    rig.write(&pages).await;
}

async fn publish_on(rig: Arc<Rig>, going_on: Arc<AtomicBool>, versions: Arc<AtomicUsize>) {
    while going_on.load(Ordering::SeqCst) {
        let version = versions.load(Ordering::SeqCst) + 1;
        rewrite(&rig, version).await;
        rig.publish().await;
        versions.store(version, Ordering::SeqCst);
    }
}

async fn sweep_on(rig: Arc<Rig>, going_on: Arc<AtomicBool>, swept: Arc<AtomicU64>) {
    while going_on.load(Ordering::SeqCst) {
        rig.app.publishing.prune(&rig.scope).await.unwrap();
        let removed = rig.app.publishing.sweep(GRACE).await.unwrap().removed;
        swept.fetch_add(removed, Ordering::SeqCst);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// What each page of the published tree says.
fn versions_in(place: &Place) -> Vec<usize> {
    let tree = tree(place.data(), "acme.localhost");
    let page = |n: usize| String::from_utf8(tree[&format!("p{n}/index.html")].clone()).unwrap();
    let version = |text: String| {
        let at = text.find("version ").unwrap() + "version ".len();
        text[at..].split('.').next().unwrap().parse().unwrap()
    };
    (0..PAGES).map(page).map(version).collect()
}
