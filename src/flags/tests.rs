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
