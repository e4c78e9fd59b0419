//! Queries about exports. The scope comes first.

use sea_orm::sea_query::Expr;
use sea_orm::{ActiveValue::Set, ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::ExportId;
use super::rows::{ActiveModel, Column, Entity, Model};
use crate::db::{Db, DbError, WriteTx};
use crate::queue::JobId;
use crate::tenancy::{Departed, OrgId, OrgScope};

/// More are not listed: each holds everything, and they end after some days.
const LISTED: u64 = 50;

pub(super) struct Row {
    pub id: ExportId,
    pub job: JobId,
    pub actor: String,
    pub created_at: i64,
    pub ready_at: i64,
    pub expires_at: i64,
    pub bytes: u64,
}

pub(super) async fn insert(tx: &WriteTx, scope: &OrgScope, row: &Row) -> Result<(), DbError> {
    let row = ActiveModel {
        id: Set(row.id.to_string()),
        org_id: Set(scope.org().to_string()),
        job_id: Set(row.job.to_string()),
        actor: Set(row.actor.clone()),
        created_at: Set(row.created_at),
        ready_at: Set(0),
        expires_at: Set(row.expires_at),
        bytes: Set(0),
    };
    Entity::insert(row).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// Those that are not over, newest first.
pub(super) async fn list(db: &Db, scope: &OrgScope, now: i64) -> Result<Vec<Row>, DbError> {
    let rows = Entity::find()
        .filter(Column::OrgId.eq(scope.org().to_string()))
        .filter(Column::ExpiresAt.gt(now))
        .order_by_desc(Column::Id)
        .limit(LISTED);
    rows.all(db.system()).await?.into_iter().map(from_row).collect()
}

pub(super) async fn get(db: &Db, scope: &OrgScope, id: ExportId) -> Result<Option<Row>, DbError> {
    let row = Entity::find_by_id(id.to_string()).filter(Column::OrgId.eq(scope.org().to_string()));
    row.one(db.system()).await?.map(from_row).transpose()
}

/// The export that a job makes, as the transaction sees it.
pub(super) async fn of_job(tx: &WriteTx, scope: &OrgScope, job: JobId) -> Result<Option<Row>, DbError> {
    let row = Entity::find()
        .filter(Column::OrgId.eq(scope.org().to_string()))
        .filter(Column::JobId.eq(job.to_string()));
    row.one(tx.conn()).await?.map(from_row).transpose()
}

/// Notes that it is there; `false` when it is known no more.
pub(super) async fn set_ready(
    tx: &WriteTx,
    scope: &OrgScope,
    id: ExportId,
    bytes: u64,
    (now, expires_at): (i64, i64),
) -> Result<bool, DbError> {
    let changed = Entity::update_many()
        .col_expr(Column::ReadyAt, Expr::value(now))
        .col_expr(Column::ExpiresAt, Expr::value(expires_at))
        .col_expr(Column::Bytes, Expr::value(i64::try_from(bytes).unwrap_or(i64::MAX)))
        .filter(Column::OrgId.eq(scope.org().to_string()))
        .filter(Column::Id.eq(id.to_string()))
        .exec(tx.conn())
        .await?;
    Ok(changed.rows_affected == 1)
}

/// Those that are over, whoever's.
pub(super) async fn over(db: &Db, now: i64) -> Result<Vec<ExportId>, DbError> {
    let rows = Entity::find().filter(Column::ExpiresAt.lte(now)).all(db.system()).await?;
    rows.into_iter().map(|row| Ok(from_row(row)?.id)).collect()
}

pub(super) async fn forget(db: &Db, ids: &[ExportId]) -> Result<(), DbError> {
    for some in ids.chunks(500) {
        let which = Condition::all().add(Column::Id.is_in(some.iter().map(ToString::to_string)));
        db.remove::<Entity>(Column::Id, which).await?;
    }
    Ok(())
}

/// All that are known.
pub(super) async fn every(db: &Db) -> Result<Vec<String>, DbError> {
    Ok(Entity::find().select_only().column(Column::Id).into_tuple().all(db.system()).await?)
}

pub(super) async fn of_departed(db: &Db, gone: &Departed) -> Result<Vec<ExportId>, DbError> {
    let rows = Entity::find().filter(Column::OrgId.eq(gone.org().to_string())).all(db.system()).await?;
    rows.into_iter().map(|row| Ok(from_row(row)?.id)).collect()
}

pub(super) async fn remove(db: &Db, gone: &Departed) -> Result<(), DbError> {
    let org: OrgId = gone.org();
    let which = Condition::all().add(Column::OrgId.eq(org.to_string()));
    db.remove::<Entity>(Column::Id, which).await.map(drop)
}

fn from_row(row: Model) -> Result<Row, DbError> {
    let corrupt = |what, value: &str| DbError::Corrupt { what, value: value.to_owned() };
    Ok(Row {
        id: row.id.parse().map_err(|_| corrupt("export id", &row.id))?,
        job: row.job_id.parse().map_err(|_| corrupt("id of a job", &row.job_id))?,
        actor: row.actor,
        created_at: row.created_at,
        ready_at: row.ready_at,
        expires_at: row.expires_at,
        bytes: row.bytes.unsigned_abs(),
    })
}
