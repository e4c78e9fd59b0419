//! Texts that somebody is writing and has not saved yet.

use sea_orm_migration::prelude::*;

use crate::table::{create, id, index, int, migration, table, text};

migration!(Drafts, "0012_drafts", ["page_drafts"], up);

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let columns = vec![
        // The hash of page and person: one draft each.
        id(),
        text("page_id"),
        text("person_id"),
        // The revision that it was made from.
        int("seen"),
        text("document"),
        int("updated_at"),
    ];
    let drafts = table("page_drafts", columns, &[("page_id", "pages"), ("person_id", "people")]);
    let indexes =
        vec![index("page_drafts", &["page_id"], false), index("page_drafts", &["person_id"], false)];
    create(manager, vec![drafts], indexes).await
}
