use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ConnectionTrait, EntityTrait};

use crate::db::{DbError, WriteTx};
use crate::pages::drafts::Draft;
use crate::pages::model::PageId;
use crate::pages::rows::draft;
use crate::tenancy::PersonId;

/// One draft per page and person: both together are its id.
fn id(page: PageId, person: PersonId) -> String {
    blake3::hash(format!("{page} {person}").as_bytes()).to_hex().to_string()
}

pub(in crate::pages) async fn put(
    tx: &WriteTx,
    page: PageId,
    person: PersonId,
    new: &Draft,
) -> Result<(), DbError> {
    let row = draft::ActiveModel {
        id: Set(id(page, person)),
        page_id: Set(page.to_string()),
        person_id: Set(person.to_string()),
        seen: Set(new.seen),
        document: Set(new.document.clone()),
        updated_at: Set(new.updated_at),
    };
    let changed = [draft::Column::Seen, draft::Column::Document, draft::Column::UpdatedAt];
    draft::Entity::insert(row)
        .on_conflict(OnConflict::column(draft::Column::Id).update_columns(changed).to_owned())
        .exec_without_returning(tx.conn())
        .await?;
    Ok(())
}

pub(in crate::pages) async fn get(
    conn: &impl ConnectionTrait,
    page: PageId,
    person: PersonId,
) -> Result<Option<Draft>, DbError> {
    let row = draft::Entity::find_by_id(id(page, person)).one(conn).await?;
    Ok(row.map(|row| Draft { document: row.document, seen: row.seen, updated_at: row.updated_at }))
}

pub(in crate::pages) async fn remove(tx: &WriteTx, page: PageId, person: PersonId) -> Result<(), DbError> {
    draft::Entity::delete_by_id(id(page, person)).exec(tx.conn()).await?;
    Ok(())
}
