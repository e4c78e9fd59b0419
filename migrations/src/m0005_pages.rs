//! Sources, pages with their history, and the claims that tie a page's sentences to spans of sources.

use sea_orm_migration::prelude::*;

use crate::table::{create, id, index, int, int_null, migration, table, text, text_null};

migration!(Pages, "0005_pages", ["sources", "pages", "revisions", "claims"], up);

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let sources = table(
        "sources",
        vec![
            id(),
            text("site_id"),
            // A URL, or the name of the uploaded file.
            text("address"),
            text("kind"),
            text("title"),
            text("body"),
            text("hash"),
            int("fetched_at"),
            text_null("error"),
            int("created_at"),
        ],
        &[("site_id", "sites")],
    );
    let pages = table(
        "pages",
        vec![
            id(),
            text("site_id"),
            // The document's path in the site's content folder: its section and slug.
            text("path"),
            text("title"),
            text("kind"),
            text("state"),
            int("revision"),
            int_null("live_revision"),
            int_null("health"),
            // The page's brief: what it was generated from, so that it can be generated again.
            text("brief"),
            int("stale"),
            int("changed_seq"),
            int("created_at"),
            int("updated_at"),
        ],
        &[("site_id", "sites")],
    );
    let revisions = table(
        "revisions",
        vec![
            id(),
            text("page_id"),
            int("number"),
            text("document"),
            text("author"),
            text("reason"),
            int("created_at"),
        ],
        &[("page_id", "pages")],
    );
    let claims = table(
        "claims",
        vec![
            id(),
            text("page_id"),
            int("revision"),
            int("position"),
            text("sentence"),
            text("state"),
            text_null("source_id"),
            text_null("source_hash"),
            int("span_start"),
            int("span_end"),
            text("quote"),
        ],
        &[("page_id", "pages")],
    );
    let indexes = vec![
        index("sources", &["site_id", "address"], true),
        index("pages", &["site_id", "path"], true),
        index("pages", &["site_id", "changed_seq"], false),
        index("revisions", &["page_id", "number"], true),
        index("claims", &["page_id", "revision", "position"], true),
        index("claims", &["source_id"], false),
    ];
    create(manager, vec![sources, pages, revisions, claims], indexes).await
}
