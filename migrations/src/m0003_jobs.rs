//! The queue: one row is the job, its state and what people see of it.

use sea_orm_migration::prelude::*;

use crate::table::{create, id, int, migration, table, text};

migration!(Jobs, "0003_jobs", ["jobs"], up);

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let jobs = table("jobs", vec![id(), text("kind"), text("state"), int("created_at")], &[]);
    create(manager, vec![jobs], vec![]).await
}
