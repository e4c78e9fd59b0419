use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};

use super::{corrupt, offset};
use crate::base::Ids;
use crate::db::{DbError, WriteTx};
use crate::pages::model::{Claim, ClaimId, ClaimState, PageId, SourceId, Span};
use crate::pages::rows::claim;

/// Keeps the claims of a revision, in the order of the text.
pub(in crate::pages) async fn insert(
    tx: &WriteTx,
    ids: &Ids,
    page: PageId,
    revision: i64,
    claims: Vec<Claim>,
) -> Result<(), DbError> {
    let rows = claims.into_iter().enumerate().map(|(position, claim)| {
        let id: ClaimId = ids.new_id();
        let span = claim.span.as_ref();
        claim::ActiveModel {
            id: Set(id.to_string()),
            page_id: Set(page.to_string()),
            revision: Set(revision),
            position: Set(offset(position)),
            sentence: Set(claim.sentence),
            state: Set(claim.state.as_str().to_owned()),
            source_id: Set(span.map(|span| span.source.to_string())),
            source_hash: Set(span.map(|span| span.hash.clone())),
            span_start: Set(span.map_or(0, |span| offset(span.start))),
            span_end: Set(span.map_or(0, |span| offset(span.end))),
            quote: Set(claim.span.map(|span| span.quote).unwrap_or_default()),
        }
    });
    for some in rows.collect::<Vec<_>>().chunks(500) {
        claim::Entity::insert_many(some.to_vec()).exec_without_returning(tx.conn()).await?;
    }
    Ok(())
}

/// The claims of a revision, in the order of the text.
pub(in crate::pages) async fn of_revision(
    conn: &impl ConnectionTrait,
    page: PageId,
    revision: i64,
) -> Result<Vec<Claim>, DbError> {
    let rows = claim::Entity::find()
        .filter(claim::Column::PageId.eq(page.to_string()))
        .filter(claim::Column::Revision.eq(revision))
        .order_by_asc(claim::Column::Position)
        .all(conn)
        .await?;
    rows.into_iter().map(from_row).collect()
}

/// How many sentences of a revision nobody stands for.
pub(in crate::pages) async fn unsupported(
    tx: &WriteTx,
    page: PageId,
    revision: i64,
) -> Result<Vec<String>, DbError> {
    let rows = claim::Entity::find()
        .filter(claim::Column::PageId.eq(page.to_string()))
        .filter(claim::Column::Revision.eq(revision))
        .filter(claim::Column::State.eq(ClaimState::Unsupported.as_str()))
        .order_by_asc(claim::Column::Position)
        .all(tx.conn())
        .await?;
    Ok(rows.into_iter().map(|row| row.sentence).collect())
}

/// Lets a sentence stand without support. `false` when there is no such unsupported one.
pub(in crate::pages) async fn waive(
    tx: &WriteTx,
    page: PageId,
    revision: i64,
    position: usize,
) -> Result<bool, DbError> {
    let changed = claim::Entity::update_many()
        .col_expr(claim::Column::State, Expr::value(ClaimState::Waived.as_str()))
        .filter(claim::Column::PageId.eq(page.to_string()))
        .filter(claim::Column::Revision.eq(revision))
        .filter(claim::Column::Position.eq(offset(position)))
        .filter(claim::Column::State.eq(ClaimState::Unsupported.as_str()))
        .exec(tx.conn())
        .await?;
    Ok(changed.rows_affected == 1)
}

/// The pages with a claim that points at a source.
pub(in crate::pages) async fn pages_on(tx: &WriteTx, source: SourceId) -> Result<Vec<String>, DbError> {
    let rows: Vec<String> = claim::Entity::find()
        .select_only()
        .column(claim::Column::PageId)
        .distinct()
        .filter(claim::Column::SourceId.eq(source.to_string()))
        .into_tuple()
        .all(tx.conn())
        .await?;
    Ok(rows)
}

fn from_row(row: claim::Model) -> Result<Claim, DbError> {
    let state = ClaimState::parse(&row.state).ok_or_else(|| corrupt("claim state", &row.state))?;
    let place = |value: i64| usize::try_from(value).map_err(|_| corrupt("claim span", &row.id));
    let span = match (&row.source_id, &row.source_hash) {
        (Some(source), Some(hash)) => Some(Span {
            source: source.parse().map_err(|_| corrupt("source id", source))?,
            hash: hash.clone(),
            start: place(row.span_start)?,
            end: place(row.span_end)?,
            quote: row.quote.clone(),
        }),
        _ => None,
    };
    Ok(Claim { sentence: row.sentence, state, span })
}
