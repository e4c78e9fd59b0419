//! While blobs are held, no sweep takes one; the next one does.

use std::time::Duration;

use citepress::base::{Clock, Ids};
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
