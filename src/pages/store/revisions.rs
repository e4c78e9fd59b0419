use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect,
};

use crate::db::{DbError, WriteTx};
use crate::pages::model::{PageId, Revision, RevisionId, RevisionLine};
use crate::pages::rows::revision;

pub(in crate::pages) async fn insert(
    tx: &WriteTx,
    id: RevisionId,
    page: PageId,
    new: Revision,
) -> Result<(), DbError> {
    let row = revision::ActiveModel {
        id: Set(id.to_string()),
        page_id: Set(page.to_string()),
        number: Set(new.number),
        document: Set(new.document),
        author: Set(new.author),
        reason: Set(new.reason),
        created_at: Set(new.created_at),
    };
    revision::Entity::insert(row).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// A page's revision. The page was found under its scope by the caller.
pub(in crate::pages) async fn get(
    conn: &impl ConnectionTrait,
    page: PageId,
    number: i64,
) -> Result<Option<Revision>, DbError> {
    let row = revision::Entity::find()
        .filter(revision::Column::PageId.eq(page.to_string()))
        .filter(revision::Column::Number.eq(number))
        .one(conn)
        .await?;
    Ok(row.map(from_row))
}

/// The texts of several pages at their revisions, as (page, document).
pub(in crate::pages) async fn documents(
    conn: &impl ConnectionTrait,
    wanted: &[(PageId, i64)],
) -> Result<Vec<(String, String)>, DbError> {
    let mut found = Vec::with_capacity(wanted.len());
    for some in wanted.chunks(500) {
        let any = some.iter().fold(Condition::any(), |any, (page, number)| {
            let one = Condition::all()
                .add(revision::Column::PageId.eq(page.to_string()))
                .add(revision::Column::Number.eq(*number));
            any.add(one)
        });
        let rows = revision::Entity::find().filter(any).all(conn).await?;
        found.extend(rows.into_iter().map(|row| (row.page_id, row.document)));
    }
    Ok(found)
}

pub(in crate::pages) async fn list(
    conn: &impl ConnectionTrait,
    page: PageId,
) -> Result<Vec<Revision>, DbError> {
    let rows = revision::Entity::find()
        .filter(revision::Column::PageId.eq(page.to_string()))
        .order_by_desc(revision::Column::Number)
        .all(conn)
        .await?;
    Ok(rows.into_iter().map(from_row).collect())
}

pub(in crate::pages) async fn lines(
    conn: &impl ConnectionTrait,
    page: PageId,
    below: Option<i64>,
    limit: u64,
) -> Result<Vec<RevisionLine>, DbError> {
    use revision::Column::{Author, CreatedAt, Number, Reason};
    let mut query = revision::Entity::find().filter(revision::Column::PageId.eq(page.to_string()));
    if let Some(below) = below {
        query = query.filter(Number.lt(below));
    }
    let lines = query.order_by_desc(Number).limit(limit).select_only();
    let lines = lines.columns([Number, Author, Reason, CreatedAt]);
    let rows: Vec<(i64, String, String, i64)> = lines.into_tuple().all(conn).await?;
    let line = |(number, author, reason, created_at)| RevisionLine { number, author, reason, created_at };
    Ok(rows.into_iter().map(line).collect())
}

fn from_row(row: revision::Model) -> Revision {
    Revision {
        number: row.number,
        document: row.document,
        author: row.author,
        reason: row.reason,
        created_at: row.created_at,
    }
}
