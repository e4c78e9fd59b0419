use std::time::Duration;

use sea_orm::ConnectionTrait;

use super::*;
use crate::base::{Clock, Ids};
use crate::db::DbConfig;
use crate::tenancy::{Actor, Role};

/// A claim of it lasts so long that a busy machine does not lose it.
const LASTS: Duration = Duration::from_secs(2);

async fn room(folder: &std::path::Path) -> (Idempotency, OrgScope) {
    let config = DbConfig { data: folder.to_owned(), ..DbConfig::default() };
    let db = Db::open(&config).await.unwrap();
    db.migrate().await.unwrap();
    let ids = Ids::system(Clock::system());
    let keys = Keys::open(folder, &ids, Clock::system()).unwrap();
    let org = OrgScope::grant(ids.new_id(), Role::Owner, Actor::Operator);
    let room = Idempotency { db, keys, lasts: LASTS };
    let found = "INSERT INTO orgs (id, slug, name, created_at) VALUES";
    change(&room, &format!("{found} ('{}', 'acme', 'Acme', 0)", org.org())).await;
    (room, org)
}

async fn change(room: &Idempotency, how: &str) {
    let tx = room.db.write_system().await.unwrap();
    tx.conn().execute_unprepared(how).await.unwrap();
    tx.commit().await.unwrap();
}

async fn found(room: &Idempotency, org: &OrgScope) -> Found {
    room.find(org, "/sites", "key", b"{}").await.unwrap()
}

/// The claim of whoever comes next, once nobody works on it any more.
async fn free(room: &Idempotency, org: &OrgScope) -> Claim {
    for _ in 0..200 {
        match found(room, org).await {
            Found::Free(claim) => return claim,
            _ => tokio::time::sleep(LASTS / 20).await,
        }
    }
    panic!("it is still being worked on")
}

fn given() -> Given {
    Given { status: 201, headers: Vec::new(), body: "made".to_owned() }
}

#[tokio::test]
async fn work_that_takes_long_is_not_begun_beside_itself_and_work_that_was_cut_off_is_begun_again() {
    let folder = tempfile::tempdir().unwrap();
    let (room, org) = room(folder.path()).await;
    let Found::Free(claim) = found(&room, &org).await else { panic!("nobody was first") };
    let renewal = room.renewing(&claim);
    for _ in 0..8 {
        tokio::time::sleep(LASTS / 4).await;
        assert!(matches!(found(&room, &org).await, Found::Running));
    }
    drop(renewal);
    let second = free(&room, &org).await;
    let _renewal = room.renewing(&second);
    // Of the one that comes too late nothing is kept, and nothing is taken from the other.
    assert!(matches!(room.keep(&claim, &given()).await, Err(IdempotencyError::Lost)));
    room.release(&claim).await.unwrap();
    assert!(matches!(found(&room, &org).await, Found::Running));
    room.keep(&second, &given()).await.unwrap();
    assert!(matches!(found(&room, &org).await, Found::Given(answer) if answer == given()));
}

#[tokio::test]
async fn an_answer_is_not_given_again_after_a_day_and_is_cleared_away() {
    let folder = tempfile::tempdir().unwrap();
    let (room, org) = room(folder.path()).await;
    let Found::Free(claim) = found(&room, &org).await else { panic!("nobody was first") };
    room.keep(&claim, &given()).await.unwrap();
    assert_eq!(room.purge().await.unwrap(), 0);
    let a_day_ago = "UPDATE idempotency_keys SET created_at = created_at - 24 * 3600 * 1000 - 1";
    change(&room, a_day_ago).await;
    let Found::Free(claim) = found(&room, &org).await else { panic!("it was a day ago") };
    room.keep(&claim, &given()).await.unwrap();
    change(&room, a_day_ago).await;
    assert_eq!(room.purge().await.unwrap(), 1);
}

#[tokio::test]
async fn who_comes_too_late_leaves_nothing_of_what_was_done() {
    let folder = tempfile::tempdir().unwrap();
    let (room, org) = room(folder.path()).await;
    let Found::Free(claim) = found(&room, &org).await else { panic!("nobody was first") };
    let second = free(&room, &org).await;
    let rename = async |name: &str| {
        let tx = room.db.write_of(&org).await.unwrap();
        tx.conn().execute_unprepared(&format!("UPDATE orgs SET name = '{name}'")).await.unwrap();
        tx
    };
    let late = rename("late").await;
    assert!(matches!(room.keep_in(&late, &claim, &given()).await, Err(IdempotencyError::Lost)));
    drop(late);
    let in_time = rename("in time").await;
    room.keep_in(&in_time, &second, &given()).await.unwrap();
    in_time.commit().await.unwrap();
    let name = sea_orm::Statement::from_string(room.db.backend(), "SELECT name FROM orgs");
    let name = room.db.system().query_one_raw(name).await.unwrap().unwrap();
    assert_eq!(name.try_get_by_index::<String>(0).unwrap(), "in time");
    assert!(matches!(found(&room, &org).await, Found::Given(answer) if answer == given()));
}
