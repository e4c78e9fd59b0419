//! Queries. Switches are the operator's, so there is no scope.

use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, EntityTrait, QueryOrder};

use super::rows::flag;
use super::{Flag, Switch};
use crate::db::{Db, DbError, WriteTx};
use crate::tenancy::OrgId;

/// All that are set, in the order of their names, everybody's first. What only a newer version knows is left out.
pub(super) async fn all(db: &Db) -> Result<Vec<Switch>, DbError> {
    let rows = flag::Entity::find().order_by_asc(flag::Column::Id).all(db.system()).await?;
    let known = |row: flag::Model| row.name.parse::<Flag>().ok().map(|flag| from_row(flag, row));
    rows.into_iter().filter_map(known).collect()
}

/// Sets one.
pub(super) async fn put(tx: &WriteTx, switch: &Switch) -> Result<(), DbError> {
    let row = flag::ActiveModel {
        id: Set(id(switch.flag, switch.org)),
        name: Set(switch.flag.name().to_owned()),
        org_id: Set(switch.org.map(|org| org.to_string())),
        is_on: Set(i64::from(switch.is_on)),
        since: Set(switch.since),
    };
    let instead = OnConflict::column(flag::Column::Id)
        .update_columns([flag::Column::IsOn, flag::Column::Since])
        .to_owned();
    flag::Entity::insert(row).on_conflict(instead).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// Takes what was set back; whether there was anything.
pub(super) async fn remove(tx: &WriteTx, flag: Flag, org: Option<OrgId>) -> Result<bool, DbError> {
    Ok(flag::Entity::delete_by_id(id(flag, org)).exec(tx.conn()).await?.rows_affected == 1)
}

fn id(flag: Flag, org: Option<OrgId>) -> String {
    match org {
        Some(org) => format!("{flag} {org}"),
        None => flag.name().to_owned(),
    }
}

fn from_row(flag: Flag, row: flag::Model) -> Result<Switch, DbError> {
    let corrupt = |value: String| DbError::Corrupt { what: "organisation id", value };
    let org = row.org_id.map(|org| org.parse().map_err(|_| corrupt(org))).transpose()?;
    Ok(Switch { flag, org, is_on: row.is_on == 1, since: row.since })
}
