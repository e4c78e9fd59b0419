use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect, Select,
};

use super::{Domain, DomainId, DomainKind, DomainState};
use crate::base::{HostName, Window};
use crate::db::{Db, DbError, WriteTx, within};
use crate::sites::rows::{domain, host, site};
use crate::tenancy::{OrgScope, SiteScope};

fn of(org: &OrgScope) -> Select<domain::Entity> {
    domain::Entity::find().filter(domain::Column::OrgId.eq(org.org().to_string()))
}

pub(super) async fn insert(tx: &WriteTx, org: &OrgScope, new: &Domain) -> Result<(), DbError> {
    let row = domain::ActiveModel {
        id: Set(new.id.to_string()),
        org_id: Set(org.org().to_string()),
        site_id: Set(new.site.to_string()),
        name: Set(new.name.to_string()),
        state: Set(new.state.as_str().to_owned()),
        reason: Set(new.reason.clone()),
        looked_at: Set(new.looked_at),
        verified_at: Set(new.verified_at),
        lost_at: Set(new.lost_at),
        created_at: Set(new.created_at),
    };
    domain::Entity::insert(row).exec_without_returning(tx.conn()).await?;
    Ok(())
}

pub(super) async fn update(tx: &WriteTx, org: &OrgScope, new: &Domain) -> Result<(), DbError> {
    domain::Entity::update_many()
        .col_expr(domain::Column::State, Expr::value(new.state.as_str()))
        .col_expr(domain::Column::Reason, Expr::value(new.reason.as_str()))
        .col_expr(domain::Column::LookedAt, Expr::value(new.looked_at))
        .col_expr(domain::Column::VerifiedAt, Expr::value(new.verified_at))
        .col_expr(domain::Column::LostAt, Expr::value(new.lost_at))
        .filter(domain::Column::OrgId.eq(org.org().to_string()))
        .filter(domain::Column::Id.eq(new.id.to_string()))
        .exec(tx.conn())
        .await?;
    Ok(())
}

pub(super) async fn delete(tx: &WriteTx, org: &OrgScope, id: DomainId) -> Result<bool, DbError> {
    let deleted = domain::Entity::delete_many()
        .filter(domain::Column::OrgId.eq(org.org().to_string()))
        .filter(domain::Column::Id.eq(id.to_string()))
        .exec(tx.conn())
        .await?;
    Ok(deleted.rows_affected == 1)
}

pub(super) async fn count(tx: &WriteTx, org: &OrgScope) -> Result<u64, DbError> {
    Ok(of(org).count(tx.conn()).await?)
}

pub(super) async fn get(db: &Db, org: &OrgScope, id: DomainId) -> Result<Option<Domain>, DbError> {
    let row = of(org).filter(domain::Column::Id.eq(id.to_string())).one(&db.of(org)).await?;
    row.map(from_row).transpose()
}

/// As the transaction sees it, locked: what is decided from it is written back.
pub(super) async fn get_in(tx: &WriteTx, org: &OrgScope, id: DomainId) -> Result<Option<Domain>, DbError> {
    let row = of(org).filter(domain::Column::Id.eq(id.to_string())).lock_exclusive().one(tx.conn()).await?;
    row.map(from_row).transpose()
}

pub(super) async fn window(
    db: &Db,
    org: &OrgScope,
    site: Option<&SiteScope>,
    window: &Window<DomainKind>,
) -> Result<Vec<Domain>, DbError> {
    let mut query = of(org);
    if let Some(site) = site {
        query = query.filter(domain::Column::SiteId.eq(site.site().to_string()));
    }
    let rows = within(query, domain::Column::Id, window).all(&db.of(org)).await?;
    rows.into_iter().map(from_row).collect()
}

/// Those that are to be looked at again, of all organisations: for the product's own schedule.
pub(super) async fn due(db: &Db, now: i64, limit: u64) -> Result<Vec<(String, Domain)>, DbError> {
    use domain::Column::{LookedAt, LostAt, State};
    let before = |minutes: i64| now - minutes * 60_000;
    let served = || State.ne(DomainState::Pending.as_str()).and(State.ne(DomainState::Failed.as_str()));
    let pending = State.eq(DomainState::Pending.as_str()).and(LookedAt.lt(before(10)));
    let lost = served().and(LostAt.gt(0)).and(LookedAt.lt(before(60)));
    let well = served().and(LostAt.eq(0)).and(LookedAt.lt(before(6 * 60)));
    let rows = domain::Entity::find()
        .filter(Condition::any().add(pending).add(lost).add(well))
        .order_by_asc(LookedAt)
        .limit(limit)
        .all(db.system())
        .await?;
    rows.into_iter().map(|row| Ok((row.org_id.clone(), from_row(row)?))).collect()
}

/// Whose site answers on a host, by the text of the organisation's id.
pub(super) async fn owner_of_host(
    conn: &impl ConnectionTrait,
    name: &HostName,
) -> Result<Option<String>, DbError> {
    let Some(row) = host::Entity::find_by_id(name.as_str()).one(conn).await? else { return Ok(None) };
    Ok(site::Entity::find_by_id(&row.site_id).one(conn).await?.map(|site| site.org_id))
}

/// Has a site answer on a host, beside its canonical one.
pub(super) async fn insert_host(tx: &WriteTx, new: &Domain, now: i64) -> Result<(), DbError> {
    let row = host::ActiveModel {
        id: Set(new.name.to_string()),
        site_id: Set(new.site.to_string()),
        state: Set("live".to_owned()),
        canonical: Set(0),
        created_at: Set(now),
    };
    host::Entity::insert(row).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// Has a site no longer answer on a host; whether it was there, and the canonical one.
pub(super) async fn remove_host(tx: &WriteTx, gone: &Domain) -> Result<Option<bool>, DbError> {
    let found = host::Entity::find_by_id(gone.name.as_str())
        .filter(host::Column::SiteId.eq(gone.site.to_string()))
        .one(tx.conn())
        .await?;
    let Some(found) = found else { return Ok(None) };
    host::Entity::delete_by_id(found.id).exec(tx.conn()).await?;
    Ok(Some(found.canonical == 1))
}

/// The hosts that are a site's canonical one.
pub(super) async fn canonical_names(conn: &impl ConnectionTrait, site: &str) -> Result<Vec<String>, DbError> {
    let query = host::Entity::find()
        .filter(host::Column::SiteId.eq(site))
        .filter(host::Column::Canonical.eq(1))
        .select_only()
        .column(host::Column::Id);
    Ok(query.into_tuple().all(conn).await?)
}

fn from_row(row: domain::Model) -> Result<Domain, DbError> {
    let corrupt = |what, value: &str| DbError::Corrupt { what, value: value.chars().take(80).collect() };
    Ok(Domain {
        id: row.id.parse().map_err(|_| corrupt("domain id", &row.id))?,
        site: row.site_id.parse().map_err(|_| corrupt("site id", &row.site_id))?,
        name: row.name.parse().map_err(|_| corrupt("domain", &row.name))?,
        state: DomainState::parse(&row.state).ok_or_else(|| corrupt("domain state", &row.state))?,
        reason: row.reason,
        looked_at: row.looked_at,
        verified_at: row.verified_at,
        lost_at: row.lost_at,
        created_at: row.created_at,
    })
}
