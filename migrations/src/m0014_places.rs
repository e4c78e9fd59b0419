//! Where a site can be found besides its pages' own addresses: redirects, and domains of its owner.

use sea_orm_migration::prelude::*;

use crate::table::{create, id, index, int, migration, table, text};

migration!(Places, "0014_places", ["redirects", "domains"], up);

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let redirects = table(
        "redirects",
        vec![
            id(),
            text("site_id"),
            // Decoded, without the slash at its end: every spelling of a path is one row.
            text("path"),
            text("target"),
            int("status"),
            int("created_at"),
        ],
        &[("site_id", "sites")],
    );
    // Claims of organisations on names. Who has proved one has a row in `hosts` too, which is what is served.
    let domains = table(
        "domains",
        vec![
            id(),
            text("org_id"),
            text("site_id"),
            text("name"),
            text("state"),
            text("reason"),
            int("looked_at"),
            int("verified_at"),
            // Since when the proof is missing; 0 while it is there.
            int("lost_at"),
            int("created_at"),
        ],
        &[("org_id", "orgs"), ("site_id", "sites")],
    );
    let indexes = vec![
        index("redirects", &["site_id", "path"], true),
        index("redirects", &["site_id", "id"], false),
        // Not by the name alone: a claim without proof keeps nobody else from making one.
        index("domains", &["org_id", "name"], true),
        index("domains", &["site_id", "id"], false),
        index("domains", &["looked_at"], false),
    ];
    create(manager, vec![redirects, domains], indexes).await
}
