//! People, organisations, and who is a member of what.

use sea_orm_migration::prelude::*;

use crate::table::{create, id, index, int, migration, table, text};

migration!(Accounts, "0002_accounts", ["orgs", "people", "memberships"], up);

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let orgs = table("orgs", vec![id(), text("slug"), text("name"), int("created_at")], &[]);
    let people = table("people", vec![id(), text("email"), text("name"), int("created_at")], &[]);
    let memberships = table(
        "memberships",
        vec![id(), text("org_id"), text("person_id"), text("role"), int("created_at")],
        &[("org_id", "orgs"), ("person_id", "people")],
    );
    let indexes = vec![
        index("orgs", &["slug"], true),
        index("people", &["email"], true),
        index("memberships", &["org_id", "person_id"], true),
        index("memberships", &["person_id"], false),
    ];
    create(manager, vec![orgs, people, memberships], indexes).await
}
