//! Sites, the hosts they answer on, and their redirects.

use sea_orm_migration::prelude::*;

use crate::table::{create, id, index, int, migration, table, text, text_null};

migration!(Sites, "0004_sites", ["sites", "hosts", "site_files", "live_versions"], up);

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let sites = table(
        "sites",
        vec![
            id(),
            text("org_id"),
            text("slug"),
            text("title"),
            // site.toml as its owner wrote it: settings have one form, in a folder and here.
            text("settings"),
            int("gate"),
            // The pointer whose change is a publication.
            text_null("live_edition"),
            // Counts changes of content: an edition says up to which one it was built.
            int("content_seq"),
            int("settings_seq"),
            int("created_at"),
            int("suspended_at"),
        ],
        &[("org_id", "orgs")],
    );
    let hosts = table(
        "hosts",
        // The id is the folded host name: one site per host in the whole installation.
        vec![id(), text("site_id"), text("state"), int("canonical"), int("created_at")],
        &[("site_id", "sites")],
    );
    let files = table(
        "site_files",
        vec![
            id(),
            text("site_id"),
            text("path"),
            text("hash"),
            int("size"),
            int("changed_seq"),
            int("deleted"),
        ],
        &[("site_id", "sites")],
    );
    // One row: it counts changes of what hosts show, and every node compares it to know that it is current.
    let versions = table("live_versions", vec![id(), int("version")], &[]);
    let indexes = vec![
        index("sites", &["org_id", "slug"], true),
        index("hosts", &["site_id"], false),
        index("site_files", &["site_id", "path"], true),
        index("site_files", &["site_id", "changed_seq"], false),
    ];
    create(manager, vec![sites, hosts, files, versions], indexes).await
}
