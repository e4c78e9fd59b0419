use sea_orm::sea_query::Expr;
use sea_orm::{ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter};

use super::Claim;
use super::rows::{ActiveModel, Column, Entity, Model};
use crate::db::{self, Db, DbError, WriteTx};
use crate::tenancy::OrgId;

pub(super) async fn find(tx: &WriteTx, id: &str) -> Result<Option<Model>, DbError> {
    Ok(Entity::find_by_id(id).one(tx.conn()).await?)
}

pub(super) async fn insert(tx: &WriteTx, claim: &Claim, body_hash: &str, until: i64) -> Result<(), DbError> {
    let row = ActiveModel {
        id: Set(claim.id.clone()),
        org_id: Set(claim.org.to_string()),
        body_hash: Set(body_hash.to_owned()),
        answer: Set(None),
        created_at: Set(claim.since),
        claimed_until: Set(until),
    };
    Entity::insert(row).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// Takes a claim that has run out; false when it is no more what was seen.
pub(super) async fn take_over(
    tx: &WriteTx,
    seen: &Model,
    claim: &Claim,
    until: i64,
) -> Result<bool, DbError> {
    let taken = Entity::update_many()
        .col_expr(Column::CreatedAt, Expr::value(claim.since))
        .col_expr(Column::ClaimedUntil, Expr::value(until))
        .filter(as_seen(seen))
        .filter(Column::Answer.is_null())
        .exec(tx.conn())
        .await?;
    Ok(taken.rows_affected == 1)
}

fn as_seen(row: &Model) -> Condition {
    Condition::all()
        .add(Column::Id.eq(row.id.as_str()))
        .add(Column::CreatedAt.eq(row.created_at))
        .add(Column::ClaimedUntil.eq(row.claimed_until))
}

/// The row of a claim that is still this one and not answered: one that has run out may be another's by now.
fn held(claim: &Claim) -> Condition {
    Condition::all()
        .add(Column::Id.eq(claim.id.as_str()))
        .add(Column::CreatedAt.eq(claim.since))
        .add(Column::Answer.is_null())
}

pub(super) async fn renew(tx: &WriteTx, claim: &Claim, lasts: i64) -> Result<(), DbError> {
    let now = db::now_word(tx.conn().get_database_backend());
    Entity::update_many()
        .col_expr(Column::ClaimedUntil, Expr::cust(format!("{now} + {lasts}")))
        .filter(held(claim))
        .exec(tx.conn())
        .await?;
    Ok(())
}

/// False when the claim is somebody else's by now.
pub(super) async fn keep(tx: &WriteTx, claim: &Claim, sealed: String) -> Result<bool, DbError> {
    let kept = Entity::update_many()
        .col_expr(Column::Answer, Expr::value(sealed))
        .filter(held(claim))
        .exec(tx.conn())
        .await?;
    Ok(kept.rows_affected == 1)
}

pub(super) async fn release(tx: &WriteTx, claim: &Claim) -> Result<(), DbError> {
    Entity::delete_many().filter(held(claim)).exec(tx.conn()).await?;
    Ok(())
}

/// Removes what was seen under a key, if it is still there.
pub(super) async fn forget(tx: &WriteTx, seen: &Model) -> Result<(), DbError> {
    Entity::delete_many().filter(as_seen(seen)).exec(tx.conn()).await?;
    Ok(())
}

pub(super) async fn purge(db: &Db, before: i64) -> Result<u64, DbError> {
    db.remove::<Entity>(Column::Id, Condition::all().add(Column::CreatedAt.lt(before))).await
}

pub(super) async fn remove(db: &Db, org: OrgId) -> Result<(), DbError> {
    let which = Condition::all().add(Column::OrgId.eq(org.to_string()));
    db.remove::<Entity>(Column::Id, which).await.map(drop)
}
