use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};

use super::model::MembershipId;
use super::rows::{membership, org, person};
use super::{NewOrg, Org};
use crate::base::Slug;
use crate::db::{Db, DbError, WriteTx};
use crate::tenancy::{OrgId, PersonId, Role};

pub(super) async fn insert_org(tx: &WriteTx, id: OrgId, new: &NewOrg, now: i64) -> Result<(), DbError> {
    let row = org::ActiveModel {
        id: Set(id.to_string()),
        slug: Set(new.slug.to_string()),
        name: Set(new.name.clone()),
        created_at: Set(now),
    };
    org::Entity::insert(row).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// The person with this address, folded to lower case; made under `id` where there is none.
pub(super) async fn person_by_email(
    tx: &WriteTx,
    email: &str,
    id: PersonId,
    now: i64,
) -> Result<PersonId, DbError> {
    let email = email.trim().to_lowercase();
    let known = person::Entity::find().filter(person::Column::Email.eq(&email)).one(tx.conn()).await?;
    if let Some(known) = known {
        return known.id.parse().map_err(|_| DbError::Corrupt { what: "person id", value: known.id });
    }
    let name = email.split('@').next().unwrap_or_default().to_owned();
    let row = person::ActiveModel {
        id: Set(id.to_string()),
        email: Set(email),
        name: Set(name),
        created_at: Set(now),
    };
    person::Entity::insert(row).exec_without_returning(tx.conn()).await?;
    Ok(id)
}

pub(super) async fn insert_member(
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

pub(super) async fn org_by_slug(db: &Db, slug: &Slug) -> Result<Option<Org>, DbError> {
    let row = org::Entity::find().filter(org::Column::Slug.eq(slug.as_str())).one(db.read()).await?;
    row.map(from_row).transpose()
}

pub(super) async fn org_by_id(db: &Db, id: OrgId) -> Result<Option<Org>, DbError> {
    let row = org::Entity::find_by_id(id.to_string()).one(db.read()).await?;
    row.map(from_row).transpose()
}

fn from_row(row: org::Model) -> Result<Org, DbError> {
    let id = row.id.parse().map_err(|_| DbError::Corrupt { what: "organisation id", value: row.id })?;
    Ok(Org { id, slug: row.slug, name: row.name })
}
