use sea_orm::ConnectionTrait;

use super::{Db, DbConfig, DbError};
use crate::base::{Clock, Ids};
use crate::tenancy::OrgId;

async fn fresh(folder: &tempfile::TempDir) -> Db {
    let config = DbConfig { data: folder.path().to_owned(), ..DbConfig::default() };
    let db = Db::open(&config).await.unwrap();
    db.migrate().await.unwrap();
    db
}

#[tokio::test]
async fn the_schema_goes_up_and_down_and_up_again() {
    let folder = tempfile::tempdir().unwrap();
    let db = fresh(&folder).await;
    assert_eq!(db.pending_migrations().await.unwrap(), Vec::<String>::new());
    db.migrate_down(None).await.unwrap();
    assert!(!db.pending_migrations().await.unwrap().is_empty());
    db.migrate().await.unwrap();
}

#[tokio::test]
async fn a_database_of_a_newer_version_is_refused_clearly() {
    let folder = tempfile::tempdir().unwrap();
    let db = fresh(&folder).await;
    let tx = db.write_system().await.unwrap();
    let newer = "INSERT INTO seaql_migrations (version, applied_at) VALUES ('9999_later', 0)";
    tx.conn().execute_unprepared(newer).await.unwrap();
    tx.commit().await.unwrap();
    let refused = db.migrate().await.unwrap_err().to_string();
    assert!(refused.contains("newer citepress") && refused.contains("9999_later"), "{refused}");
}

#[tokio::test]
async fn processes_that_start_at_once_on_an_empty_database_all_find_it_ready() {
    let folder = tempfile::tempdir().unwrap();
    let start = || async {
        let config = DbConfig { data: folder.path().to_owned(), ..DbConfig::default() };
        let db = Db::open(&config).await.unwrap();
        db.migrate().await
    };
    let started = futures_util::future::join_all((0..6).map(|_| start())).await;
    assert!(started.iter().all(Result::is_ok), "{started:?}");
}

#[tokio::test]
async fn sixteen_writers_all_get_their_turn() {
    let folder = tempfile::tempdir().unwrap();
    let db = fresh(&folder).await;
    let insert = |n: i32| {
        let db = db.clone();
        async move {
            let tx = db.write_system().await?;
            let row = format!("INSERT INTO orgs (id, slug, name, created_at) VALUES ('{n}', '{n}', '', 0)");
            tx.conn().execute_unprepared(&row).await?;
            tx.commit().await
        }
    };
    let results = futures_util::future::join_all((0..16).map(insert)).await;
    assert!(results.iter().all(Result::is_ok), "{results:?}");
}

#[tokio::test]
async fn what_is_not_committed_is_gone_and_nobody_hears_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let db = fresh(&folder).await;
    let heard = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
    let mut tx = db.write_system().await.unwrap();
    tx.conn().execute_unprepared("INSERT INTO orgs (id, slug, name) VALUES ('a', 'a', 'a')").await.unwrap();
    let ear = heard.clone();
    tx.after_commit(move || ear.store(true, std::sync::atomic::Ordering::SeqCst));
    tx.rollback().await.unwrap();
    let rows =
        db.system().query_all_raw(sea_orm::Statement::from_string(db.backend(), "SELECT id FROM orgs"));
    assert!(rows.await.unwrap().is_empty());
    assert!(!heard.load(std::sync::atomic::Ordering::SeqCst));
}

#[tokio::test]
async fn the_reading_side_can_not_write() {
    let folder = tempfile::tempdir().unwrap();
    let db = fresh(&folder).await;
    assert!(db.system().execute_unprepared("DELETE FROM orgs").await.is_err());
}

#[tokio::test]
async fn a_folder_that_is_not_there_is_named() {
    let config = DbConfig { data: "/nowhere/at/all".into(), ..DbConfig::default() };
    let Err(DbError::Unavailable(message)) = Db::open(&config).await else { panic!("it opened") };
    assert!(message.contains("/nowhere/at/all"), "{message}");
}

#[tokio::test(flavor = "multi_thread")]
async fn clearing_the_log_keeps_no_writer_waiting_for_who_reads_and_is_done_once_they_have_gone() {
    let folder = tempfile::tempdir().unwrap();
    let db = fresh(&folder).await;
    let write = async |id: &str| {
        let tx = db.write_system().await.unwrap();
        let sql = format!("INSERT INTO orgs (id, slug, name) VALUES ('{id}', '{id}', 'removed')");
        tx.conn().execute_unprepared(&sql).await.unwrap();
        tx.commit().await.unwrap();
    };
    write("a").await;
    let snapshot = db.snapshot().await.unwrap();
    write("b").await;
    let began = std::time::Instant::now();
    assert!(!db.scrub().await.unwrap(), "the log is still read");
    write("c").await;
    assert!(began.elapsed() < std::time::Duration::from_secs(5), "{:?}", began.elapsed());
    snapshot.close().await.unwrap();
    assert!(db.scrub().await.unwrap());
    assert_eq!(std::fs::metadata(folder.path().join("citepress.db-wal")).unwrap().len(), 0);
}

/// Ends a transaction that has made an organisation of this name.
async fn concluded(db: &Db, org: OrgId) {
    let tx = db.write_of(org).await.unwrap();
    let sql = format!("INSERT INTO orgs (id, slug, name) VALUES ('{org}', '{org}', 'held')");
    tx.conn().execute_unprepared(&sql).await.unwrap();
    tx.conclude().await.unwrap();
}

async fn is_there(conn: &impl sea_orm::ConnectionTrait, org: OrgId) -> bool {
    let sql = format!("SELECT 1 FROM orgs WHERE id = '{org}'");
    let statement = sea_orm::Statement::from_string(conn.get_database_backend(), sql);
    conn.query_one_raw(statement).await.unwrap().is_some()
}

#[tokio::test]
async fn what_a_request_concludes_waits_for_its_answer_and_is_read_by_it_alone() {
    let folder = tempfile::tempdir().unwrap();
    let db = fresh(&folder).await;
    let ids = Ids::seeded(Clock::system(), "held");
    let (first, second, third): (OrgId, OrgId, OrgId) = (ids.new_id(), ids.new_id(), ids.new_id());
    let (seen, held) = super::holding(async {
        concluded(&db, first).await;
        (is_there(&db.of(first), first).await, is_there(db.system(), first).await)
    })
    .await;
    assert_eq!(seen, (true, false));
    held.unwrap().commit().await.unwrap();
    assert!(is_there(db.system(), first).await);

    let ((), refused) = super::holding(concluded(&db, second)).await;
    drop(refused);
    assert!(!is_there(db.system(), second).await);

    // It goes on to another: what it had done is not its last.
    let ((), held) = super::holding(async {
        concluded(&db, second).await;
        concluded(&db, third).await;
        assert!(is_there(db.system(), second).await);
    })
    .await;
    drop(held);
    assert!(!is_there(db.system(), third).await);
    // Nobody is about to answer: it is a commit.
    concluded(&db, third).await;
    assert!(is_there(db.system(), third).await);
}
