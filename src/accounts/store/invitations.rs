use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
};

use super::{parsed, people, role};
use crate::accounts::rows::invitation;
use crate::accounts::{Invitation, InvitationId};
use crate::db::{Db, DbError, WriteTx};
use crate::tenancy::OrgId;

fn open(now: i64) -> sea_orm::Select<invitation::Entity> {
    invitation::Entity::find()
        .filter(invitation::Column::UsedAt.is_null())
        .filter(invitation::Column::ExpiresAt.gt(now))
}

pub async fn insert(tx: &WriteTx, new: &Invitation, now: i64) -> Result<(), DbError> {
    let row = invitation::ActiveModel {
        id: Set(new.id.to_string()),
        org_id: Set(new.org.to_string()),
        email: Set(people::folded(&new.email)),
        role: Set(new.role.as_str().to_owned()),
        invited_by: Set(new.invited_by.clone()),
        created_at: Set(now),
        expires_at: Set(new.expires_at),
        used_at: Set(None),
    };
    invitation::Entity::insert(row).exec_without_returning(tx.conn()).await?;
    Ok(())
}

pub async fn list(db: &Db, org: OrgId, now: i64) -> Result<Vec<Invitation>, DbError> {
    let rows = open(now)
        .filter(invitation::Column::OrgId.eq(org.to_string()))
        .order_by_asc(invitation::Column::Id)
        .all(db.system())
        .await?;
    rows.into_iter().map(from_row).collect()
}

/// How many are open.
pub async fn count(conn: &impl ConnectionTrait, org: OrgId, now: i64) -> Result<u64, DbError> {
    let open = open(now).filter(invitation::Column::OrgId.eq(org.to_string()));
    Ok(open.count(conn).await?)
}

pub async fn get(
    conn: &impl ConnectionTrait,
    id: InvitationId,
    now: i64,
) -> Result<Option<Invitation>, DbError> {
    open(now).filter(invitation::Column::Id.eq(id.to_string())).one(conn).await?.map(from_row).transpose()
}

/// Uses it up; `false` when it is used, over or taken back.
pub async fn take(tx: &WriteTx, id: InvitationId, now: i64) -> Result<bool, DbError> {
    let taken = invitation::Entity::update_many()
        .col_expr(invitation::Column::UsedAt, Expr::value(now))
        .filter(invitation::Column::Id.eq(id.to_string()))
        .filter(invitation::Column::UsedAt.is_null())
        .filter(invitation::Column::ExpiresAt.gt(now))
        .exec(tx.conn())
        .await?;
    Ok(taken.rows_affected == 1)
}

/// Takes back invitations of the organisation: this one, or all to an address.
pub async fn withdraw(tx: &WriteTx, org: OrgId, which: Which<'_>) -> Result<u64, DbError> {
    let delete = invitation::Entity::delete_many()
        .filter(invitation::Column::OrgId.eq(org.to_string()))
        .filter(invitation::Column::UsedAt.is_null());
    let delete = match which {
        Which::One(id) => delete.filter(invitation::Column::Id.eq(id.to_string())),
        Which::To(email) => delete.filter(invitation::Column::Email.eq(people::folded(email))),
    };
    Ok(delete.exec(tx.conn()).await?.rows_affected)
}

pub enum Which<'a> {
    One(InvitationId),
    To(&'a str),
}

fn from_row(row: invitation::Model) -> Result<Invitation, DbError> {
    Ok(Invitation {
        id: parsed("invitation id", &row.id)?,
        org: parsed("organisation id", &row.org_id)?,
        email: row.email,
        role: role(&row.role)?,
        invited_by: row.invited_by,
        expires_at: row.expires_at,
    })
}
