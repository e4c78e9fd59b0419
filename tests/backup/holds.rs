//! While blobs are held, no sweep takes one; the next one does.

use std::time::{Duration, Instant};

use citepress::base::{Clock, Ids};
use citepress::publishing::CollectGarbage;
use citepress::queue::{NewJob, Reach, State};
use citepress::storage::Holds;

use crate::departures::leaver::{Leaver, blobs};
use crate::publishing::rig::Rig;

#[tokio::test(flavor = "multi_thread")]
async fn a_sweep_takes_nothing_while_blobs_are_held_and_everything_afterwards() {
    let rig = Rig::keeping(1, 0).await;
    for version in 1..=3 {
        rig.write(&[("_index.md", &format!("Version {version}."))]).await;
        rig.publish().await;
    }
    rig.rest().await;
    let held = blobs(&rig);
    let holds = Holds::new(rig.app.db.clone());
    let hold = holds.take(&Ids::system(Clock::system())).await.unwrap();
    rig.app.publishing.prune(&rig.scope).await.unwrap();
    let swept = rig.app.publishing.sweep(Duration::ZERO).await.unwrap();
    assert_eq!((swept.removed, blobs(&rig)), (0, held.clone()));
    assert!(hold.release().await.unwrap(), "it held all the time");
    let swept = rig.app.publishing.sweep(Duration::ZERO).await.unwrap();
    assert!(swept.removed > 0 && blobs(&rig).len() < held.len());
    rig.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_organisation_goes_as_soon_as_its_blobs_are_held_no_more() {
    let rig = Rig::new().await;
    let leaver = Leaver::new(&rig).await;
    let hold = Holds::new(rig.app.db.clone()).take(&Ids::system(Clock::system())).await.unwrap();
    let before = blobs(&rig);
    leaver.delete(&rig).await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!(rig.app.accounts.every_departed().await.unwrap().len(), 1, "its blobs are still to be copied");
    let missing: Vec<_> = before.difference(&blobs(&rig)).filter(|name| name.len() == 64).cloned().collect();
    assert_eq!(missing, Vec::<String>::new());
    hold.release().await.unwrap();
    leaver.gone(&rig).await;
    rig.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sweep_that_finds_blobs_held_is_put_off_and_not_done() {
    let rig = Rig::new().await;
    let hold = Holds::new(rig.app.db.clone()).take(&Ids::system(Clock::system())).await.unwrap();
    let mut tx = rig.app.db.write_system().await.unwrap();
    let job = rig.app.queue.enqueue(&mut tx, NewJob::new(CollectGarbage {})).await.unwrap().id();
    tx.commit().await.unwrap();
    let began = Instant::now();
    let put_off = loop {
        let job = rig.app.queue.get(Reach::All, job).await.unwrap();
        assert!(!job.state.is_final(), "{job:?}");
        if job.cause.is_some() {
            break job;
        }
        assert!(began.elapsed() < Duration::from_secs(60), "{job:?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    };
    assert_eq!(put_off.state, State::Queued);
    assert!(put_off.run_at > Clock::system().now() + Duration::from_secs(9 * 60), "{put_off:?}");
    hold.release().await.unwrap();
    rig.stop().await;
}
