//! The queue: one row is the job, its state and what people see of it.

use sea_orm_migration::prelude::*;

use crate::table::{create, id, index, int, int_null, migration, table, text, text_null};

migration!(Jobs, "0003_jobs", ["jobs", "job_schedules"], up);

/// What is looked through all the time holds live rows and dead letters only, however many finished ones are kept. No
/// other index may begin with the state: SQLite would take that one and walk over every job that waits.
const PARTIAL: [&str; 4] = [
    "CREATE INDEX jobs_queued ON jobs (lane, run_at, id) WHERE state = 'queued'",
    "CREATE INDEX jobs_running ON jobs (kind, org_id, lease_until) WHERE state = 'running'",
    "CREATE UNIQUE INDEX jobs_dedup ON jobs (kind, org_id, dedup) WHERE state IN ('queued', 'running')",
    "CREATE INDEX jobs_failed ON jobs (id) WHERE state = 'failed'",
];

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let jobs = table(
        "jobs",
        vec![
            id(),
            text("kind"),
            int("version"),
            // Empty: the product's own work. Not null, so that the dedup key holds for it too.
            text("org_id"),
            text_null("parent_id"),
            // Kind, organisation, priority and version in one word: what the workers take turns over.
            text("lane"),
            int("priority"),
            text_null("dedup"),
            text("payload"),
            text("state"),
            int("run_at"),
            int("attempt"),
            // The last attempt that may be made; attempts are never counted anew, because they fence old owners off.
            int("attempt_limit"),
            text_null("owner"),
            int_null("lease_until"),
            int("lease_ms"),
            int("cancel_requested"),
            int("progress_done"),
            int("progress_of"),
            text("stage"),
            // Millionths of a US dollar.
            int("cost_micros"),
            text_null("cause"),
            int("created_at"),
            int_null("started_at"),
            int_null("finished_at"),
        ],
        &[],
    );
    let schedules = table("job_schedules", vec![id(), text("pattern"), int("tick")], &[]);
    let indexes = vec![
        index("jobs", &["org_id", "id"], false),
        index("jobs", &["parent_id"], false),
        index("jobs", &["finished_at"], false),
    ];
    create(manager, vec![jobs, schedules], indexes).await?;
    for statement in PARTIAL {
        manager.get_connection().execute_unprepared(statement).await?;
    }
    Ok(())
}
