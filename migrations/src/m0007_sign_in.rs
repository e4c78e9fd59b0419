//! How people and programs prove who they are: passwords, sessions, links sent by mail, invitations, API keys.

use sea_orm_migration::prelude::*;

use crate::table::{create, id, index, int, int_null, table, text, text_null};

pub(crate) struct SignIn;

impl MigrationName for SignIn {
    fn name(&self) -> &str {
        "0007_sign_in"
    }
}

const PEOPLE: [&str; 3] = ["password", "totp", "totp_step"];

#[async_trait::async_trait]
impl MigrationTrait for SignIn {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // The password's hash; the seed of one-time codes, sealed; the step of the last code that was taken.
        for mut column in [text_null(PEOPLE[0]), text_null(PEOPLE[1]), int(PEOPLE[2])] {
            manager.alter_table(Table::alter().table("people").add_column(&mut column).to_owned()).await?;
        }
        create(manager, vec![sessions(), links(), invitations(), api_keys()], indexes()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::table::drop(manager, &["sessions", "links", "invitations", "api_keys"]).await?;
        for column in PEOPLE {
            manager.alter_table(Table::alter().table("people").drop_column(column).to_owned()).await?;
        }
        Ok(())
    }
}

fn sessions() -> TableCreateStatement {
    let columns = vec![
        id(),
        text("person_id"),
        text("token_hash"),
        text("agent"),
        int("created_at"),
        int("seen_at"),
        int("expires_at"),
    ];
    table("sessions", columns, &[("person_id", "people")])
}

fn links() -> TableCreateStatement {
    let columns = vec![
        id(),
        text("kind"),
        text_null("person_id"),
        text_null("email"),
        int("created_at"),
        int("expires_at"),
        int_null("used_at"),
    ];
    table("links", columns, &[("person_id", "people")])
}

fn invitations() -> TableCreateStatement {
    let columns = vec![
        id(),
        text("org_id"),
        text("email"),
        text("role"),
        text("invited_by"),
        int("created_at"),
        int("expires_at"),
        int_null("used_at"),
    ];
    table("invitations", columns, &[("org_id", "orgs")])
}

fn api_keys() -> TableCreateStatement {
    let columns = vec![
        id(),
        text("org_id"),
        text("name"),
        text("prefix"),
        text("key_hash"),
        text("scopes"),
        text("created_by"),
        int("created_at"),
        int_null("expires_at"),
        int_null("used_at"),
        int_null("revoked_at"),
    ];
    table("api_keys", columns, &[("org_id", "orgs")])
}

fn indexes() -> Vec<IndexCreateStatement> {
    vec![
        index("sessions", &["token_hash"], true),
        index("sessions", &["person_id"], false),
        index("links", &["expires_at"], false),
        index("invitations", &["org_id", "email"], false),
        index("api_keys", &["key_hash"], true),
        index("api_keys", &["org_id"], false),
    ]
}
