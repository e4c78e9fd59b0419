use sea_orm::DbBackend;

use super::*;
use crate::db::{Db, DbConfig};
use crate::queue::depth;

/// SQLite's way through a statement, a line per step.
async fn plan(db: &Db, template: &str) -> Vec<String> {
    let query = statement(DbBackend::Sqlite, &format!("EXPLAIN QUERY PLAN {template}"), []);
    let steps = db.system().query_all_raw(query).await.unwrap();
    steps.iter().map(|step| step.try_get("", "detail").unwrap()).collect()
}

/// With a queue of 20,000, another index once made workers stand still.
#[tokio::test]
async fn what_workers_ask_all_the_time_goes_by_the_indexes_made_for_it() {
    let folder = tempfile::tempdir().unwrap();
    let config = DbConfig { data: folder.path().to_owned(), ..DbConfig::default() };
    let db = Db::open(&config).await.unwrap();
    db.migrate().await.unwrap();
    let asked = [
        (waiting::LANES, "jobs_queued"),
        (waiting::RUNNING, "jobs_running"),
        (claim::CLAIM, "jobs_queued"),
        (lease::LOST, "jobs_running"),
        (depth::QUEUED, "jobs_queued"),
        (depth::RUNNING, "jobs_running"),
    ];
    for (template, index) in asked {
        let steps = plan(&db, template).await;
        let looks: Vec<&String> =
            steps.iter().filter(|step| step.contains(" jobs ") || step.contains(" j ")).collect();
        assert!(!looks.is_empty(), "{steps:?}");
        // The rows to change are looked up by their id.
        let meant = |step: &&&String| step.contains(index) || step.contains("(id=?)");
        assert!(looks.iter().all(|step| meant(&step)), "{template}: {steps:?}");
    }
}
