//! Looking: which lanes have work, and what is running.

use sea_orm::{ConnectionTrait, FromQueryResult};

use crate::queue::QueueError;
use crate::queue::dialect::statement;
use crate::queue::lane::{Lane, Turns, Waiting};
use crate::queue::rows::{self, narrow};

// The heads of all lanes: from one to the next by the index, whatever the number of jobs in each.
pub(super) const LANES: &str = "WITH RECURSIVE lanes (lane) AS (
        SELECT min(lane) FROM jobs WHERE state = 'queued'
        UNION ALL
        SELECT (SELECT min(j.lane) FROM jobs j WHERE j.state = 'queued' AND j.lane > lanes.lane)
        FROM lanes WHERE lanes.lane IS NOT NULL)
    SELECT l.lane AS lane,
        (SELECT count(*) FROM (SELECT 1 FROM jobs j
            WHERE j.state = 'queued' AND j.lane = l.lane AND j.run_at <= {now} LIMIT $1) AS due) AS ready,
        (SELECT min(j.run_at) FROM jobs j WHERE j.state = 'queued' AND j.lane = l.lane) AS first,
        {now} AS now
    FROM lanes l WHERE l.lane IS NOT NULL";

#[derive(FromQueryResult)]
struct LaneRow {
    lane: String,
    ready: i64,
    first: Option<i64>,
    now: i64,
}

/// The lanes with queued jobs, and the database's clock (absent when there is none).
pub async fn lanes(
    conn: &impl ConnectionTrait,
    slots: u32,
) -> Result<(Vec<Waiting>, Option<i64>), QueueError> {
    let query = statement(conn.get_database_backend(), LANES, [i64::from(slots).into()]);
    let mut found = Vec::new();
    let mut now = None;
    for row in LaneRow::find_by_statement(query).all(conn).await? {
        now = Some(row.now);
        if let (Some(lane), Some(first)) = (Lane::parse(&row.lane), row.first) {
            let ready = narrow(row.ready);
            found.push(Waiting { lane, ready, more: ready >= slots, first });
        }
    }
    Ok((found, now))
}

pub(super) const RUNNING: &str =
    "SELECT kind, org_id, count(*) AS jobs FROM jobs WHERE state = 'running' GROUP BY kind, org_id";

/// Fills in what is running, over all workers.
pub async fn running(conn: &impl ConnectionTrait, turns: &mut Turns) -> Result<(), QueueError> {
    turns.running_of_org.clear();
    turns.running_of_kind.clear();
    turns.running_of_both.clear();
    for row in conn.query_all_raw(statement(conn.get_database_backend(), RUNNING, [])).await? {
        let (kind, org, jobs): (String, String, i64) =
            (row.try_get_by_index(0)?, row.try_get_by_index(1)?, row.try_get_by_index(2)?);
        let (org, jobs) = (rows::org(&org)?, narrow::<u32>(jobs));
        *turns.running_of_org.entry(org).or_default() += jobs;
        *turns.running_of_kind.entry(kind.clone()).or_default() += jobs;
        *turns.running_of_both.entry((kind, org)).or_default() += jobs;
    }
    Ok(())
}
