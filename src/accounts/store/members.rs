use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect,
};

use super::{orgs, parsed, people, role};
use crate::accounts::model::MembershipId;
use crate::accounts::rows::{membership, org, person};
use crate::accounts::{Member, Org};
use crate::db::{Db, DbError, WriteTx};
use crate::tenancy::{OrgId, PersonId, Role};

fn of(org: OrgId) -> sea_orm::Select<membership::Entity> {
    membership::Entity::find().filter(membership::Column::OrgId.eq(org.to_string()))
}

pub async fn insert(
    tx: &WriteTx,
    id: MembershipId,
    org: OrgId,
    person: PersonId,
    role: Role,
    now: i64,
) -> Result<(), DbError> {
    let row = membership::ActiveModel {
        id: Set(id.to_string()),
        org_id: Set(org.to_string()),
        person_id: Set(person.to_string()),
        role: Set(role.as_str().to_owned()),
        created_at: Set(now),
    };
    membership::Entity::insert(row).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// What a person may do in an organisation.
pub async fn role_of(
    conn: &impl ConnectionTrait,
    org: OrgId,
    person: PersonId,
) -> Result<Option<Role>, DbError> {
    let found = of(org).filter(membership::Column::PersonId.eq(person.to_string())).one(conn).await?;
    found.map(|row| role(&row.role)).transpose()
}

pub async fn list(db: &Db, org: OrgId) -> Result<Vec<Member>, DbError> {
    let rows = of(org).order_by_asc(membership::Column::Id).all(db.system()).await?;
    let ids: Vec<&str> = rows.iter().map(|row| row.person_id.as_str()).collect();
    let found = person::Entity::find().filter(person::Column::Id.is_in(ids)).all(db.system()).await?;
    let mut members = Vec::with_capacity(rows.len());
    for row in &rows {
        // Gone since the first question: then they are no member any more either.
        let Some(person) = found.iter().find(|person| person.id == row.person_id) else { continue };
        let person = people::from_row(person.clone())?.person;
        members.push(Member { person, role: role(&row.role)?, since: row.created_at });
    }
    Ok(members)
}

/// The organisations that a person belongs to, oldest membership first.
pub async fn orgs_of(db: &Db, person: PersonId) -> Result<Vec<(Org, Role)>, DbError> {
    let rows = membership::Entity::find()
        .filter(membership::Column::PersonId.eq(person.to_string()))
        .order_by_asc(membership::Column::Id)
        .all(db.system())
        .await?;
    let ids: Vec<&str> = rows.iter().map(|row| row.org_id.as_str()).collect();
    let found = org::Entity::find().filter(org::Column::Id.is_in(ids)).all(db.system()).await?;
    let mut all = Vec::with_capacity(rows.len());
    for row in &rows {
        let Some(org) = found.iter().find(|org| org.id == row.org_id) else { continue };
        all.push((orgs::from_row(org.clone())?, role(&row.role)?));
    }
    Ok(all)
}

/// Locks the organisation's owners until the transaction ends, and counts them: two owners who leave at once take turns.
pub async fn lock_owners(tx: &WriteTx, org: OrgId) -> Result<u64, DbError> {
    // The organisation's row, not the owners': who becomes an owner meanwhile waits as well.
    org::Entity::find_by_id(org.to_string()).lock_exclusive().one(tx.conn()).await?;
    let owners = of(org).filter(membership::Column::Role.eq(Role::Owner.as_str()));
    Ok(owners.count(tx.conn()).await?)
}

/// How many organisations a person owns. Their row is locked until the transaction ends: who founds two at once takes turns.
pub async fn owned(tx: &WriteTx, person: PersonId) -> Result<u64, DbError> {
    person::Entity::find_by_id(person.to_string()).lock_exclusive().one(tx.conn()).await?;
    let owned = membership::Entity::find()
        .filter(membership::Column::PersonId.eq(person.to_string()))
        .filter(membership::Column::Role.eq(Role::Owner.as_str()));
    Ok(owned.count(tx.conn()).await?)
}

/// The organisation's owners.
pub async fn owners(tx: &WriteTx, org: OrgId) -> Result<Vec<PersonId>, DbError> {
    let rows = of(org).filter(membership::Column::Role.eq(Role::Owner.as_str())).all(tx.conn()).await?;
    rows.iter().map(|row| parsed("person id", &row.person_id)).collect()
}

pub async fn set_role(tx: &WriteTx, org: OrgId, person: PersonId, role: Role) -> Result<bool, DbError> {
    let update = membership::Entity::update_many()
        .col_expr(membership::Column::Role, Expr::value(role.as_str()))
        .filter(membership::Column::OrgId.eq(org.to_string()))
        .filter(membership::Column::PersonId.eq(person.to_string()));
    Ok(update.exec(tx.conn()).await?.rows_affected == 1)
}

pub async fn remove(tx: &WriteTx, org: OrgId, person: PersonId) -> Result<bool, DbError> {
    let delete = membership::Entity::delete_many()
        .filter(membership::Column::OrgId.eq(org.to_string()))
        .filter(membership::Column::PersonId.eq(person.to_string()));
    Ok(delete.exec(tx.conn()).await?.rows_affected == 1)
}

/// How many members there are.
pub async fn count(conn: &impl ConnectionTrait, org: OrgId) -> Result<u64, DbError> {
    Ok(of(org).count(conn).await?)
}

/// The organisation that a person belongs to longest.
pub async fn first_org(db: &Db, person: PersonId) -> Result<Option<(OrgId, Role)>, DbError> {
    let found = membership::Entity::find()
        .filter(membership::Column::PersonId.eq(person.to_string()))
        .order_by_asc(membership::Column::Id)
        .one(db.system())
        .await?;
    found.map(|row| Ok((parsed("organisation id", &row.org_id)?, role(&row.role)?))).transpose()
}
