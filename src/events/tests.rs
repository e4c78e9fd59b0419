use sea_orm::ConnectionTrait;

use super::*;
use crate::base::clock::timestamp;
use crate::db::DbConfig;
use crate::tenancy::Role;

struct Fixture {
    _folder: tempfile::TempDir,
    db: Db,
    events: Events,
    scope: OrgScope,
}

async fn fixture() -> Fixture {
    let folder = tempfile::tempdir().unwrap();
    let config = DbConfig { data: folder.path().to_owned(), ..DbConfig::default() };
    let db = Db::open(&config).await.unwrap();
    db.migrate().await.unwrap();
    let clock = Clock::fixed(timestamp(1_000));
    let ids = Ids::system(clock.clone());
    let scope = OrgScope::grant(ids.new_id(), Role::Owner, Actor::Operator);
    Fixture { _folder: folder, events: Events::new(db.clone(), ids, clock), db, scope }
}

async fn record(fixture: &Fixture, kind: &'static str) {
    let mut tx = fixture.db.write_system().await.unwrap();
    let happened = Happened { kind, subject: "x".to_owned(), data: serde_json::json!({"n": 1}) };
    fixture.events.record(&mut tx, fixture.scope.org(), Actor::System, happened);
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn events_are_numbered_without_gaps_and_can_be_resumed_from_a_number() {
    let fixture = fixture().await;
    futures_util::future::join_all((0..8).map(|_| record(&fixture, "page.generated"))).await;
    let rest = fixture.events.list(&fixture.scope, 5, 100).await.unwrap();
    assert_eq!(rest.iter().map(|event| event.seq).collect::<Vec<_>>(), [6, 7, 8]);
    assert_eq!(fixture.events.verify(&fixture.scope).await.unwrap(), Ok(8));
}

#[tokio::test]
async fn a_changed_or_missing_line_shows() {
    let fixture = fixture().await;
    for _ in 0..4 {
        record(&fixture, "page.generated").await;
    }
    let tamper = async |sql: &str| {
        let tx = fixture.db.write_system().await.unwrap();
        tx.conn().execute_unprepared(sql).await.unwrap();
        tx.commit().await.unwrap();
        fixture.events.verify(&fixture.scope).await.unwrap()
    };
    let changed = tamper("UPDATE events SET actor = 'somebody' WHERE seq = 3").await;
    assert_eq!(changed.unwrap_err().seq, 3);
    let cut =
        tamper("DELETE FROM events WHERE seq = 4; UPDATE events SET actor = 'system' WHERE seq = 3").await;
    assert_eq!(cut.unwrap_err(), Broken { seq: 4, why: "lines at the end are missing" });
    let missing = tamper("DELETE FROM events WHERE seq = 2").await;
    assert_eq!(missing.unwrap_err(), Broken { seq: 2, why: "it is missing" });
}

#[tokio::test]
async fn a_chain_that_was_closed_takes_nothing_more_and_its_last_hash_stays_with_the_operator() {
    let fixture = fixture().await;
    for _ in 0..3 {
        record(&fixture, "page.generated").await;
    }
    let last = fixture.events.list(&fixture.scope, 2, 1).await.unwrap().remove(0);
    let gone = crate::tenancy::Departed::grant(fixture.scope.org());
    let mut tx = fixture.db.write_system().await.unwrap();
    fixture.events.close(&mut tx, &gone);
    tx.commit().await.unwrap();
    for removed in [false, true] {
        if removed {
            fixture.events.remove(&gone).await.unwrap();
        }
        let mut tx = fixture.db.write_system().await.unwrap();
        let late = Happened { kind: "page.generated", subject: "x".to_owned(), data: serde_json::json!({}) };
        fixture.events.record(&mut tx, fixture.scope.org(), Actor::System, late);
        let refused = tx.commit().await;
        assert!(matches!(refused, Err(DbError::Gone(_))), "{refused:?}");
    }
    assert_eq!(fixture.events.list(&fixture.scope, 0, 10).await.unwrap(), []);
    let told = fixture.events.operators(0, 10).await.unwrap();
    assert_eq!((told.len(), told[0].subject.clone()), (1, fixture.scope.org().to_string()));
    assert_eq!(told[0].data, serde_json::json!({ "last_hash": last.hash }));
    assert_eq!(fixture.events.verify_operators().await.unwrap(), Ok(1));
}
