//! Transactions of processes that are gone and could not say so.

use std::time::Duration;

use sea_orm::{ConnectionTrait, DbBackend, Statement};

use crate::publishing::rig::Rig;

async fn shown(conn: &impl ConnectionTrait, setting: &str) -> String {
    let show = Statement::from_string(DbBackend::Postgres, format!("SHOW {setting}"));
    conn.query_one_raw(show).await.unwrap().unwrap().try_get_by_index(0).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_transaction_has_locked_is_free_again_when_nobody_goes_on_with_it_on_postgresql() {
    let rig = Rig::without_worker().await;
    if rig.app.db.backend() != DbBackend::Postgres {
        return rig.stop().await;
    }
    let rename = "UPDATE sites SET title = 'Another'";
    let left = rig.app.db.write_of(&rig.org).await.unwrap();
    assert_eq!(shown(left.conn(), "idle_in_transaction_session_timeout").await, "30s");
    assert_eq!(shown(left.conn(), "tcp_keepalives_idle").await, "30");
    left.conn().execute_unprepared(rename).await.unwrap();
    // Nobody waits half a minute for this test.
    let soon = "SET LOCAL idle_in_transaction_session_timeout = '500ms'";
    left.conn().execute_unprepared(soon).await.unwrap();

    let other = rig.app.db.write_of(&rig.org).await.unwrap();
    let renamed =
        tokio::time::timeout(Duration::from_secs(10), other.conn().execute_unprepared(rename)).await;
    assert_eq!(renamed.expect("it is still locked").unwrap().rows_affected(), 1);
    other.commit().await.unwrap();
    // Whoever comes back to it hears that another try will do.
    let late = left.conn().execute_unprepared(rename).await.unwrap_err();
    assert!(citepress::db::DbError::from(late).is_passing());
    drop(left);
    rig.stop().await;
}
