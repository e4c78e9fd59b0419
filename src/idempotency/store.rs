use sea_orm::sea_query::Expr;
use sea_orm::{ActiveValue::Set, ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect};

use super::Claim;
use super::rows::{ActiveModel, Column, Entity, Model};
use crate::db::{Db, DbError, WriteTx};
use crate::tenancy::OrgId;

pub(super) async fn find(tx: &WriteTx, id: &str) -> Result<Option<Model>, DbError> {
    Ok(Entity::find_by_id(id).lock_exclusive().one(tx.conn()).await?)
}

pub(super) async fn insert(tx: &WriteTx, claim: &Claim, body_hash: &str, now: i64) -> Result<(), DbError> {
    let row = ActiveModel {
        id: Set(claim.id.clone()),
        org_id: Set(claim.org.to_string()),
        body_hash: Set(body_hash.to_owned()),
        answer: Set(None),
        created_at: Set(now),
        claimed_until: Set(claim.until),
    };
    Entity::insert(row).exec_without_returning(tx.conn()).await?;
    Ok(())
}

pub(super) async fn claim_again(tx: &WriteTx, claim: &Claim) -> Result<(), DbError> {
    Entity::update_many()
        .col_expr(Column::ClaimedUntil, Expr::value(claim.until))
        .filter(Column::Id.eq(claim.id.as_str()))
        .exec(tx.conn())
        .await?;
    Ok(())
}

/// Of a claim that has run out and was taken by another, nothing is written.
pub(super) async fn keep(tx: &WriteTx, claim: &Claim, sealed: String) -> Result<(), DbError> {
    Entity::update_many()
        .col_expr(Column::Answer, Expr::value(sealed))
        .filter(Column::Id.eq(claim.id.as_str()))
        .filter(Column::ClaimedUntil.eq(claim.until))
        .exec(tx.conn())
        .await?;
    Ok(())
}

pub(super) async fn release(tx: &WriteTx, claim: &Claim) -> Result<(), DbError> {
    Entity::delete_many()
        .filter(Column::Id.eq(claim.id.as_str()))
        .filter(Column::ClaimedUntil.eq(claim.until))
        .filter(Column::Answer.is_null())
        .exec(tx.conn())
        .await?;
    Ok(())
}

pub(super) async fn purge(tx: &WriteTx, before: i64) -> Result<(), DbError> {
    Entity::delete_many().filter(Column::CreatedAt.lt(before)).exec(tx.conn()).await?;
    Ok(())
}

pub(super) async fn remove(db: &Db, org: OrgId) -> Result<(), DbError> {
    let which = Condition::all().add(Column::OrgId.eq(org.to_string()));
    db.remove::<Entity>(Column::Id, which).await.map(drop)
}
