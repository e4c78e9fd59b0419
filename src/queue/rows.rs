//! The `jobs` table as SeaORM reads it.

use sea_orm::entity::prelude::*;

use super::{Progress, Record, State};
use crate::base::clock::timestamp;
use crate::db::DbError;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "jobs")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub kind: String,
    pub version: i64,
    pub org_id: String,
    pub parent_id: Option<String>,
    pub lane: String,
    pub priority: i64,
    pub dedup: Option<String>,
    pub payload: String,
    pub state: String,
    pub run_at: i64,
    pub attempt: i64,
    pub attempt_limit: i64,
    pub owner: Option<String>,
    pub lease_until: Option<i64>,
    pub lease_ms: i64,
    pub cancel_requested: i64,
    pub progress_done: i64,
    pub progress_of: i64,
    pub stage: String,
    pub cost_micros: i64,
    pub cause: Option<String>,
    pub created_at: i64,
    pub started_at: Option<i64>,
    pub finished_at: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl TryFrom<Model> for Record {
    type Error = DbError;

    fn try_from(row: Model) -> Result<Record, DbError> {
        let state = State::parse(&row.state)
            .ok_or_else(|| DbError::Corrupt { what: "state of a job", value: row.state.clone() })?;
        Ok(Record {
            id: id("id of a job", &row.id)?,
            kind: row.kind,
            org: org(&row.org_id)?,
            parent: row.parent_id.as_deref().map(|text| id("parent of a job", text)).transpose()?,
            priority: narrow(row.priority),
            payload: row.payload,
            state,
            run_at: timestamp(row.run_at),
            attempt: narrow(row.attempt),
            attempt_limit: narrow(row.attempt_limit),
            progress: Progress {
                done: row.progress_done.unsigned_abs(),
                of: row.progress_of.unsigned_abs(),
                stage: row.stage,
            },
            cost_micros: row.cost_micros,
            cause: row.cause,
            cancelling: state == State::Running && row.cancel_requested != 0,
            created_at: timestamp(row.created_at),
            started_at: row.started_at.map(timestamp),
            finished_at: row.finished_at.map(timestamp),
        })
    }
}

/// An id column.
pub fn id<K: crate::base::IdKind>(what: &'static str, text: &str) -> Result<crate::base::Id<K>, DbError> {
    text.parse().map_err(|_| DbError::Corrupt { what, value: text.to_owned() })
}

/// The organisation's column, where the empty text is the product itself.
pub fn org(text: &str) -> Result<Option<crate::tenancy::OrgId>, DbError> {
    if text.is_empty() { Ok(None) } else { id("organisation of a job", text).map(Some) }
}

/// Counters and priorities are far from these bounds.
pub fn narrow<T: TryFrom<i64> + Default>(value: i64) -> T {
    T::try_from(value).unwrap_or_default()
}
