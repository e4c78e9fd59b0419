//! Backups that are made by themselves.

use std::path::Path;
use std::time::{Duration, Instant};

use citepress::backups::MakeBackup;
use citepress::queue::{NewJob, Reach, State};

use super::place::{Place, said};
use crate::database::citepress;
use crate::publishing::rig::Rig;

fn archives(folder: &Path) -> Vec<String> {
    let Ok(items) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut names: Vec<String> = items.map(|item| item.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

async fn planned(folder: &Path, schedule: &str) -> Rig {
    let rig = Rig::working(|settings| {
        settings.backup.folder = folder.to_owned();
        settings.backup.schedule = schedule.parse().unwrap();
        settings.backup.with_key = true;
    })
    .await;
    rig.write(&[("_index.md", "One.")]).await;
    rig.publish().await;
    rig
}

#[tokio::test(flavor = "multi_thread")]
async fn the_schedule_makes_backups_that_can_be_restored() {
    let folder = tempfile::tempdir().unwrap();
    let backups = folder.path().join("backups");
    let rig = planned(&backups, "*/2 * * * * *").await;
    let began = Instant::now();
    while !archives(&backups).iter().any(|name| name.starts_with("citepress-")) {
        assert!(began.elapsed() < Duration::from_secs(60), "no backup was made");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let made = archives(&backups).into_iter().find(|name| name.starts_with("citepress-")).unwrap();
    assert!(rig.app.backups.last_success().await.unwrap().is_some());
    rig.stop().await;
    let place = Place::usual().await;
    place.restored(&backups.join(made));
}

#[tokio::test(flavor = "multi_thread")]
async fn old_backups_go_when_a_new_one_is_whole_and_stay_while_none_is() {
    let folder = tempfile::tempdir().unwrap();
    let rig = planned(folder.path(), "0 0 1 1 *").await;
    assert_eq!(rig.app.backups.last_success().await.unwrap(), None);
    let old = [1, 2, 3].map(|month| format!("citepress-20200{month}01T000000Z.zip"));
    for old in &old {
        std::fs::write(folder.path().join(old), b"an old one").unwrap();
    }
    let file = citepress::storage::BlobHash::of(b"its own");
    rig.app.sites.put_file(&rig.scope, "static/own.bin", "its own".into()).await.unwrap();
    std::fs::remove_file(rig.app.storage.file(file).unwrap()).unwrap();
    let made = rig.app.backups.make(&|_, _| true).await.unwrap();
    assert_eq!(made.lost.count, 1);
    let there = archives(folder.path());
    assert!(there.len() == 4 && there[..3] == old && there[3].ends_with("-incomplete.zip"), "{there:?}");

    rig.app.sites.put_file(&rig.scope, "static/own.bin", "its own".into()).await.unwrap();
    assert!(rig.app.backups.make(&|_, _| true).await.unwrap().lost.is_empty());
    let there = archives(folder.path());
    assert!(
        there.len() == 4 && there[..2] == old[1..],
        "the newest three stay, and the oldest goes: {there:?}"
    );
    assert!(rig.app.backups.last_success().await.unwrap().is_some());
    // Names tell the second.
    tokio::time::sleep(Duration::from_millis(1100)).await;
    let called_off = rig.app.backups.make(&|_, _| false).await.unwrap_err().to_string();
    assert!(called_off.contains("called off"), "{called_off}");
    assert_eq!(archives(folder.path()).len(), 4, "nothing is left of it");
    rig.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_doctor_warns_of_old_backups_and_of_a_folder_that_takes_none() {
    let rig = Rig::without_worker().await;
    let folder = tempfile::tempdir().unwrap();
    let says = |backups: &Path| {
        let mut command = citepress(rig.folder.path());
        command.env("CITEPRESS_BACKUP__FOLDER", backups).args(["doctor", "--json", "--port", "0"]);
        let output = command.arg("--data").arg(rig.folder.path()).output().unwrap();
        let findings: serde_json::Value =
            serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", said(&output)));
        let found = findings.as_array().unwrap().iter().find(|finding| finding["part"] == "backups").unwrap();
        (found["ok"].as_bool().unwrap(), found["says"].as_str().unwrap().to_owned())
    };
    let (well, told) = says(Path::new(""));
    assert!(well && told.contains("backup.folder"), "{told}");
    let (well, told) = says(folder.path());
    assert!(!well && told.contains("none was made yet"), "{told}");
    std::fs::write(folder.path().join("citepress-20200101T000000Z.zip"), b"").unwrap();
    let (well, told) = says(folder.path());
    assert!(!well && told.contains("2020-01-01T00:00:00Z"), "{told}");
    std::fs::write(folder.path().join("citepress-20990101T000000Z.zip"), b"").unwrap();
    assert!(!says(folder.path()).0, "a time to come proves nothing");
    let now = citepress::base::Clock::system().now().strftime("citepress-%Y%m%dT%H%M%SZ.zip").to_string();
    std::fs::write(folder.path().join(now), b"").unwrap();
    assert!(says(folder.path()).0);
    let file = folder.path().join("citepress-20200101T000000Z.zip");
    let (well, told) = says(&file.join("below"));
    assert!(!well && told.contains("backup.folder") && told.contains("Not a directory"), "{told}");
    rig.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_without_a_folder_leaves_backups_to_one_that_has_it() {
    let rig = Rig::new().await;
    let mut tx = rig.app.db.write_system().await.unwrap();
    let job = rig.app.queue.enqueue(&mut tx, NewJob::new(MakeBackup {})).await.unwrap().id();
    tx.commit().await.unwrap();
    // Something later is done, and this is still waiting.
    rig.write(&[("_index.md", "One.")]).await;
    rig.publish().await;
    let waiting = rig.app.queue.get(Reach::All, job).await.unwrap();
    assert_eq!((waiting.state, waiting.attempt), (State::Queued, 0));
    rig.stop().await;
}
