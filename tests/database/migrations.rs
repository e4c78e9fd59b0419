//! Migrations forward and back, on databases with rows in them.

use std::collections::{BTreeMap, BTreeSet};

use citepress::db::{Db, Table};
use futures_util::TryStreamExt;
use sea_orm::ConnectionTrait;
use serde_json::Value;

use super::Fresh;
use crate::departures::leaver::Leaver;
use crate::publishing::rig::{Rig, settings};

/// The rows of each table, by the names of their columns.
type Rows = BTreeMap<String, Vec<BTreeMap<String, Value>>>;

/// Tables that are full without a leaver, or may be empty.
const OF_THE_INSTALLATION: [&str; 2] = ["blob_holds", "job_schedules"];

async fn schema(db: &Db) -> Vec<(String, Vec<String>)> {
    let snapshot = db.snapshot().await.unwrap();
    let tables = snapshot.tables().await.unwrap();
    snapshot.close().await.unwrap();
    let columns = |table: &Table| table.sorted().iter().map(|column| format!("{column:?}")).collect();
    let mut schema: Vec<_> = tables.iter().map(|table| (table.name.clone(), columns(table))).collect();
    schema.sort();
    schema
}

async fn rows(db: &Db) -> Rows {
    let snapshot = db.snapshot().await.unwrap();
    let mut all = Rows::new();
    for table in snapshot.tables().await.unwrap() {
        let named = |row: Vec<Value>| {
            table.columns.iter().map(|column| column.name.clone()).zip(row).collect::<BTreeMap<_, _>>()
        };
        let rows = snapshot.rows(&table).await.unwrap().map_ok(named).try_collect().await.unwrap();
        all.insert(table.name.clone(), rows);
    }
    snapshot.close().await.unwrap();
    all
}

/// The rows as far as tables and columns are in `shape` as well, in an order of their own.
fn within(rows: &Rows, shape: &Rows) -> BTreeMap<String, BTreeSet<String>> {
    let common = rows.iter().filter_map(|(table, rows)| {
        let columns: BTreeSet<&String> = shape.get(table)?.first()?.keys().collect();
        let kept = |row: &BTreeMap<String, Value>| {
            let kept = row.iter().filter(|(column, _)| columns.contains(column));
            format!("{:?}", kept.collect::<BTreeMap<_, _>>())
        };
        Some((table.clone(), rows.iter().map(kept).collect()))
    });
    common.collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_migration_goes_back_and_forward_again_and_leaves_alone_what_is_not_its_own() {
    let mut rig = Rig::new().await;
    let _leaver = Leaver::new(&rig).await;
    rig.pause().await;
    let data = rig.folder.path();
    let db = Db::open(&settings(data).database.pools(data)).await.unwrap();
    let (whole, mut before) = (schema(&db).await, rows(&db).await);
    let empty: Vec<_> = before.iter().filter(|(_, rows)| rows.is_empty()).map(|(table, _)| table).collect();
    assert!(
        empty.iter().all(|table| OF_THE_INSTALLATION.contains(&table.as_str())),
        "{empty:?} hold nothing"
    );

    let names = Db::known_migrations();
    for (steps, name) in (1..).zip(names.iter().rev()) {
        db.migrate_down(Some(steps)).await.unwrap_or_else(|error| panic!("{name} does not go back: {error}"));
        assert_eq!(db.pending_migrations().await.unwrap().first(), Some(name));
        let below = rows(&db).await;
        assert_eq!(within(&before, &below), within(&below, &below), "{name} took what is not its own");
        db.migrate().await.unwrap_or_else(|error| panic!("{name} does not go forward again: {error}"));
        assert_eq!(schema(&db).await, whole, "{name} has left something, or has not come back whole");
        let again = rows(&db).await;
        assert_eq!(within(&again, &below), within(&below, &below), "{name} changed what is not its own");
        before = again;
    }
    db.migrate_down(None).await.unwrap();
    assert_eq!(schema(&db).await, []);
    db.close().await;
    rig.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_migration_that_fails_halfway_leaves_the_schema_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let _fresh = Fresh::of(folder.path()).await;
    let db = Db::open(&settings(folder.path()).database.pools(folder.path())).await.unwrap();
    let webhooks = Db::known_migrations().iter().position(|name| name == "0010_webhooks").unwrap();
    db.rebuild(u32::try_from(webhooks).unwrap()).await.unwrap();
    // The last of its three tables is in its way.
    let tx = db.write_system().await.unwrap();
    tx.conn().execute_unprepared("CREATE TABLE webhook_deliveries (id text)").await.unwrap();
    tx.commit().await.unwrap();
    let before = schema(&db).await;
    assert!(db.migrate().await.is_err());
    assert_eq!(schema(&db).await, before);
    assert_eq!(db.pending_migrations().await.unwrap()[0], "0010_webhooks");
    let tx = db.write_system().await.unwrap();
    tx.conn().execute_unprepared("DROP TABLE webhook_deliveries").await.unwrap();
    tx.commit().await.unwrap();
    db.migrate().await.unwrap();
    assert_eq!(db.pending_migrations().await.unwrap(), Vec::<String>::new());
    db.close().await;
}
