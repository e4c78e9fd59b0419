//! What happened, by whom: one line each, numbered and hash-chained per organisation.

use sea_orm_migration::prelude::*;

use crate::table::{create, id, index, int, migration, table, text};

migration!(Events, "0001_events", ["event_heads", "events"], up);

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let heads = table("event_heads", vec![id(), int("seq"), text("hash")], &[]);
    let events = table(
        "events",
        vec![
            id(),
            text("org_id"),
            int("seq"),
            int("at"),
            text("actor"),
            text("kind"),
            text("subject"),
            text("data"),
            text("hash"),
        ],
        &[],
    );
    let indexes = vec![
        index("events", &["org_id", "seq"], true),
        index("events", &["org_id", "subject", "seq"], false),
    ];
    create(manager, vec![heads, events], indexes).await
}
