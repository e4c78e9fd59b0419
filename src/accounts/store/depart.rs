//! Queries about organisations that leave.

use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect, QueryTrait};

use super::parsed;
use crate::accounts::rows::{api_key, invitation, link, membership, org, person};
use crate::db::{Db, DbError, WriteTx};
use crate::tenancy::OrgId;

/// Locks an organisation that lives until the transaction ends; its name.
pub async fn lock(tx: &WriteTx, id: OrgId) -> Result<Option<String>, DbError> {
    let found = org::Entity::find_by_id(id.to_string()).lock_exclusive().one(tx.conn()).await?;
    Ok(found.filter(|org| org.departed_at == 0).map(|org| org.name))
}

/// Marks it, and removes whatever leads to it.
pub async fn cut_off(tx: &WriteTx, id: OrgId, now: i64) -> Result<(), DbError> {
    let (conn, org) = (tx.conn(), id.to_string());
    org::Entity::update_many()
        .col_expr(org::Column::DepartedAt, Expr::value(now))
        // The short name is for others from now on, and an id is nobody's short name.
        .col_expr(org::Column::Slug, Expr::value(org.as_str()))
        .col_expr(org::Column::Name, Expr::value(""))
        .filter(org::Column::Id.eq(org.as_str()))
        .exec(conn)
        .await?;
    // Locked before anybody asks who has another organisation: on PostgreSQL one could join one in between.
    let members = person::Entity::find().filter(person::Column::Id.in_subquery(members_of(&org)));
    members
        .lock_exclusive()
        .select_only()
        .column(person::Column::Id)
        .into_tuple::<String>()
        .all(conn)
        .await?;
    // A link to sign up carries the address alone.
    let addresses = Query::select()
        .column(person::Column::Email)
        .from(person::Entity)
        .cond_where(leaving(&org))
        .to_owned();
    link::Entity::delete_many().filter(link::Column::Email.in_subquery(addresses)).exec(conn).await?;
    // Memberships, sessions and the other links go along.
    person::Entity::delete_many().filter(leaving(&org)).exec(conn).await?;
    membership::Entity::delete_many().filter(membership::Column::OrgId.eq(org.as_str())).exec(conn).await?;
    invitation::Entity::delete_many().filter(invitation::Column::OrgId.eq(org.as_str())).exec(conn).await?;
    api_key::Entity::delete_many().filter(api_key::Column::OrgId.eq(org.as_str())).exec(conn).await?;
    Ok(())
}

/// People who belong to this organisation and to no other.
fn leaving(org: &str) -> Condition {
    let own = Expr::col((person::Entity, person::Column::Id));
    let elsewhere = membership::Entity::find()
        .filter(Expr::col((membership::Entity, membership::Column::PersonId)).eq(own))
        .filter(membership::Column::OrgId.ne(org));
    Condition::all()
        .add(person::Column::Id.in_subquery(members_of(org)))
        .add(Expr::exists(elsewhere.into_query()).not())
}

fn members_of(org: &str) -> SelectStatement {
    let members = membership::Entity::find().filter(membership::Column::OrgId.eq(org));
    members.select_only().column(membership::Column::PersonId).into_query()
}

/// Organisations that were deleted and of which something is left.
pub async fn departed(db: &Db) -> Result<Vec<OrgId>, DbError> {
    let found = org::Entity::find().filter(org::Column::DepartedAt.ne(0)).select_only();
    let ids: Vec<String> = found.column(org::Column::Id).into_tuple().all(db.system()).await?;
    ids.iter().map(|id| parsed("organisation id", id)).collect()
}

pub async fn remove(db: &Db, id: OrgId) -> Result<(), DbError> {
    let which = Condition::all().add(org::Column::Id.eq(id.to_string())).add(org::Column::DepartedAt.ne(0));
    db.remove::<org::Entity>(org::Column::Id, which).await.map(drop)
}
