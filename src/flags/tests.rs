use std::time::{Duration, Instant};

use super::held::Held;
use super::read::FRESH;
use super::*;
use crate::base::Ids;
use crate::db::DbConfig;
use crate::tenancy::Actor;

async fn ground() -> (tempfile::TempDir, Db, Flags) {
    let folder = tempfile::tempdir().unwrap();
    let config = DbConfig { data: folder.path().to_owned(), ..DbConfig::default() };
    let db = Db::open(&config).await.unwrap();
    db.migrate().await.unwrap();
    let flags = another(&db);
    (folder, db, flags)
}

/// As another process on the same database.
fn another(db: &Db) -> Flags {
    let clock = Clock::system();
    Flags::new(db.clone(), clock.clone(), Events::new(db.clone(), Ids::system(clock.clone()), clock))
}

#[tokio::test]
async fn what_one_process_switches_off_is_refused_here_at_once_and_elsewhere_soon() {
    let (_folder, db, here) = ground().await;
    let there = another(&db);
    assert_eq!(there.check(Flag::Publishing, None).await, Ok(()));
    here.set(Flag::Publishing, Setting::Off, Actor::Operator).await.unwrap();
    let refused = here.check(Flag::Publishing, None).await.unwrap_err();
    let sentence = refused.to_string();
    assert!(sentence.starts_with("publishing is switched off by the operator since 20"), "{sentence}");
    assert_eq!(here.check(Flag::Engines, None).await, Ok(()));
    let began = Instant::now();
    while there.check(Flag::Publishing, None).await.is_ok() {
        assert!(began.elapsed() < Duration::from_secs(10), "the other process has not heard of it");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    here.set(Flag::Publishing, Setting::Default, Actor::Operator).await.unwrap();
    assert_eq!(here.check(Flag::Publishing, None).await, Ok(()));
    assert!(here.list().await.unwrap().is_empty());
    let told = here.events.operators(0, 10).await.unwrap();
    let said: Vec<_> =
        told.iter().map(|event| (event.kind.as_str(), event.subject.as_str(), &event.data["to"])).collect();
    assert_eq!(
        said,
        [("flag.set", "publishing", &"off".into()), ("flag.set", "publishing", &"default".into())]
    );
}

#[tokio::test]
async fn without_a_database_what_was_known_holds() {
    let (_folder, db, flags) = ground().await;
    flags.set(Flag::Crawling, Setting::Off, Actor::Operator).await.unwrap();
    assert!(flags.check(Flag::Crawling, None).await.is_err());
    db.close().await;
    tokio::time::sleep(FRESH + Duration::from_millis(50)).await;
    assert!(flags.check(Flag::Crawling, None).await.is_err());
    assert_eq!(flags.check(Flag::Publishing, None).await, Ok(()));
}

#[tokio::test]
async fn a_first_look_that_fails_is_made_again_by_the_next_who_asks() {
    let folder = tempfile::tempdir().unwrap();
    let db = Db::open(&DbConfig { data: folder.path().to_owned(), ..DbConfig::default() }).await.unwrap();
    let flags = another(&db);
    // There is no table yet.
    assert_eq!(flags.check(Flag::Publishing, None).await, Ok(()));
    db.migrate().await.unwrap();
    another(&db).set(Flag::Publishing, Setting::Off, Actor::Operator).await.unwrap();
    assert!(flags.check(Flag::Publishing, None).await.is_err(), "within the same second");
}

#[tokio::test]
async fn whoever_has_waited_goes_by_what_another_has_read_meanwhile() {
    let (_folder, _db, flags) = ground().await;
    let turn = Arc::clone(&flags.reading).lock_owned().await;
    let waiting: Vec<_> = (0..20)
        .map(|_| {
            let flags = flags.clone();
            tokio::spawn(async move { flags.check(Flag::Crawling, None).await })
        })
        .collect();
    // All of them have come when the one before them begins to read.
    tokio::time::sleep(Duration::from_millis(50)).await;
    let asked = Some(Instant::now());
    let off = Switch { flag: Flag::Crawling, org: None, is_on: false, since: 1 };
    *flags.known_mut() = Known { held: Some(Arc::new(Held::of(&[off]))), asked, changed: None };
    drop(turn);
    for waited in waiting {
        assert!(waited.await.unwrap().is_err());
    }
    assert_eq!(flags.known().asked, asked, "nobody has asked again");
}

#[tokio::test]
async fn what_was_read_before_a_change_does_not_count_after_it() {
    let (_folder, _db, flags) = ground().await;
    let turn = Arc::clone(&flags.reading).lock_owned().await;
    let before = Some(Instant::now());
    flags.set(Flag::Crawling, Setting::Off, Actor::Operator).await.unwrap();
    // It had begun before, and ends now.
    let changed = flags.known().changed;
    *flags.known_mut() = Known { asked: before, held: Some(Arc::default()), changed };
    drop(turn);
    assert!(flags.check(Flag::Crawling, None).await.is_err());
}
