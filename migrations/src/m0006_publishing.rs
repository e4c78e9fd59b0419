//! Editions: immutable builds of a site.

use sea_orm_migration::prelude::*;

use crate::table::{create, id, index, int, migration, table, text, text_null};

migration!(Publishing, "0006_publishing", ["editions"], up);

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let editions = table(
        "editions",
        vec![
            id(),
            text("site_id"),
            int("number"),
            text("state"),
            // The root of its manifest in storage; absent until it is built.
            text_null("manifest"),
            int("go_live"),
            int("files"),
            int("bytes"),
            int("written"),
            int("duration_ms"),
            text("actor"),
            text("reason"),
            text_null("error"),
            int("created_at"),
            // When it last went live; 0 for one that never did, which is nothing to roll back to.
            int("live_at"),
        ],
        &[("site_id", "sites")],
    );
    create(manager, vec![editions], vec![index("editions", &["site_id", "number"], true)]).await
}
