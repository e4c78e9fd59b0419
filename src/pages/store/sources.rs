use std::collections::HashMap;

use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, Order, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect, Select,
};

use super::{corrupt, site_id};
use crate::base::Window;
use crate::db::{Db, DbError, Words, WriteTx, within};
use crate::pages::model::{NewSource, Source, SourceId, SourceKind, SourceKindOfId, SourceLine};
use crate::pages::rows::source;
use crate::tenancy::{Extent, OrgScope, SiteId, SiteScope};

/// How many sources each site of the organisation has.
pub(in crate::pages) async fn counted(db: &Db, org: &OrgScope) -> Result<Vec<(SiteId, u64)>, DbError> {
    let query = within_all(&org.into()).select_only().column(source::Column::SiteId);
    let query = query.column_as(source::Column::Id.count(), "sources").group_by(source::Column::SiteId);
    let rows: Vec<(String, i64)> = query.into_tuple().all(&db.analytics(org).await).await?;
    rows.into_iter().map(|(site, count)| Ok((site_id(&site)?, count.unsigned_abs()))).collect()
}

/// How many sources the site has.
pub(in crate::pages) async fn count(tx: &WriteTx, scope: &SiteScope) -> Result<u64, DbError> {
    let of = source::Entity::find().filter(source::Column::SiteId.eq(scope.site().to_string()));
    Ok(of.count(tx.conn()).await?)
}

pub(in crate::pages) async fn insert(
    tx: &WriteTx,
    scope: &SiteScope,
    id: SourceId,
    new: &NewSource,
    hash: &str,
    now: i64,
) -> Result<(), DbError> {
    let row = source::ActiveModel {
        id: Set(id.to_string()),
        org_id: Set(scope.org().org().to_string()),
        site_id: Set(scope.site().to_string()),
        address: Set(new.address.clone()),
        kind: Set(kind_word(new.kind).to_owned()),
        title: Set(new.title.clone()),
        body: Set(new.body.clone()),
        hash: Set(hash.to_owned()),
        fetched_at: Set(now),
        error: Set(None),
        created_at: Set(now),
    };
    source::Entity::insert(row).exec_without_returning(tx.conn()).await?;
    Ok(())
}

pub(in crate::pages) async fn replace(
    tx: &WriteTx,
    scope: &SiteScope,
    id: SourceId,
    new: &NewSource,
    hash: &str,
    now: i64,
) -> Result<(), DbError> {
    source::Entity::update_many()
        .col_expr(source::Column::Title, Expr::value(new.title.as_str()))
        .col_expr(source::Column::Body, Expr::value(new.body.as_str()))
        .col_expr(source::Column::Hash, Expr::value(hash))
        .col_expr(source::Column::FetchedAt, Expr::value(now))
        .col_expr(source::Column::Error, Expr::value(None::<String>))
        .filter(source::Column::SiteId.eq(scope.site().to_string()))
        .filter(source::Column::Id.eq(id.to_string()))
        .exec(tx.conn())
        .await?;
    Ok(())
}

/// The source's id and the hash of its text, as the transaction sees them.
pub(in crate::pages) async fn known(
    tx: &WriteTx,
    scope: &SiteScope,
    address: &str,
) -> Result<Option<(SourceId, String)>, DbError> {
    let row = source::Entity::find()
        .filter(source::Column::SiteId.eq(scope.site().to_string()))
        .filter(source::Column::Address.eq(address))
        .one(tx.conn())
        .await?;
    row.map(|row| Ok((row.id.parse().map_err(|_| corrupt("source id", &row.id))?, row.hash))).transpose()
}

pub(in crate::pages) async fn by_addresses(
    db: &Db,
    scope: &SiteScope,
    addresses: &[String],
) -> Result<Vec<Source>, DbError> {
    let rows = source::Entity::find()
        .filter(source::Column::SiteId.eq(scope.site().to_string()))
        .filter(source::Column::Address.is_in(addresses.iter().map(String::as_str)))
        .all(&db.of(scope))
        .await?;
    let mut sources = rows.into_iter().map(from_row).collect::<Result<Vec<_>, _>>()?;
    // In the order in which the brief names them: it is the order of their weight.
    sources.sort_by_key(|source| addresses.iter().position(|address| *address == source.address));
    Ok(sources)
}

pub(in crate::pages) async fn list(db: &Db, scope: &SiteScope) -> Result<Vec<Source>, DbError> {
    let rows = source::Entity::find()
        .filter(source::Column::SiteId.eq(scope.site().to_string()))
        .order_by_asc(source::Column::Id)
        .all(&db.of(scope))
        .await?;
    rows.into_iter().map(from_row).collect()
}

pub(in crate::pages) async fn window(
    db: &Db,
    whose: &Extent,
    window: &Window<SourceKindOfId>,
) -> Result<Vec<SourceLine>, DbError> {
    lines(&db.of(whose), within(within_all(whose), source::Column::Id, window)).await
}

/// Sources with the words in title or address, best first.
pub(in crate::pages) async fn search(
    db: &Db,
    whose: &Extent,
    words: &Words,
    limit: u64,
) -> Result<Vec<SourceLine>, DbError> {
    let searched = [source::Column::Title, source::Column::Address];
    let found = within_all(whose)
        .filter(words.anywhere(&searched))
        .order_by(words.rank(&searched), Order::Asc)
        .order_by_desc(source::Column::Id)
        .limit(limit);
    lines(&db.of(whose), found).await
}

/// Whether one of these texts, by source and hash, is not what its source says now.
pub(in crate::pages) async fn have_changed(
    tx: &WriteTx,
    scope: &SiteScope,
    texts: &HashMap<SourceId, String>,
) -> Result<bool, DbError> {
    let rows: Vec<(String, String)> = source::Entity::find()
        .filter(source::Column::SiteId.eq(scope.site().to_string()))
        .filter(source::Column::Id.is_in(texts.keys().map(ToString::to_string)))
        .select_only()
        .columns([source::Column::Id, source::Column::Hash])
        .into_tuple()
        .all(tx.conn())
        .await?;
    let same = |id: &SourceId, hash: &str| {
        let id = id.to_string();
        rows.iter().any(|(known, now)| *known == id && now == hash)
    };
    Ok(!texts.iter().all(|(id, hash)| same(id, hash)))
}

async fn lines(
    conn: &impl ConnectionTrait,
    found: Select<source::Entity>,
) -> Result<Vec<SourceLine>, DbError> {
    use source::Column::{Address, CreatedAt, Hash, Id, Kind, SiteId, Title};
    type Row = (String, String, String, String, String, String, i64);
    let lines = found.select_only().columns([Id, SiteId, Address, Kind, Title, Hash, CreatedAt]);
    let rows: Vec<Row> = lines.into_tuple().all(conn).await?;
    let line = |(id, site, address, kind, title, hash, created_at): Row| {
        let id = id.parse().map_err(|_| corrupt("source id", &id))?;
        let kind = kind_of(&kind);
        Ok(SourceLine { id, site: site_id(&site)?, address, kind, title, hash, created_at })
    };
    rows.into_iter().map(line).collect()
}

pub(in crate::pages) async fn get(db: &Db, whose: &Extent, id: SourceId) -> Result<Option<Source>, DbError> {
    let row = within_all(whose).filter(source::Column::Id.eq(id.to_string())).one(&db.of(whose)).await?;
    row.map(from_row).transpose()
}

fn within_all(whose: &Extent) -> Select<source::Entity> {
    source::Entity::find().filter(match whose {
        Extent::Org(org) => source::Column::OrgId.eq(org.org().to_string()),
        Extent::Site(site) => source::Column::SiteId.eq(site.site().to_string()),
    })
}

fn from_row(row: source::Model) -> Result<Source, DbError> {
    Ok(Source {
        id: row.id.parse().map_err(|_| corrupt("source id", &row.id))?,
        site: site_id(&row.site_id)?,
        kind: kind_of(&row.kind),
        address: row.address,
        title: row.title,
        body: row.body,
        hash: row.hash,
        created_at: row.created_at,
    })
}

fn kind_of(word: &str) -> SourceKind {
    if word == kind_word(SourceKind::Url) { SourceKind::Url } else { SourceKind::Upload }
}

fn kind_word(kind: SourceKind) -> &'static str {
    match kind {
        SourceKind::Url => "url",
        SourceKind::Upload => "upload",
    }
}
