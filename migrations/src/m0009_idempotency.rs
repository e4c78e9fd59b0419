//! Answers that are given again to a request that is repeated under its key.

use sea_orm_migration::prelude::*;

use crate::table::{create, id, index, int, migration, table, text, text_null};

migration!(Idempotency, "0009_idempotency", ["idempotency_keys"], up);

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let columns = vec![
        // The hash of owner, route and key.
        id(),
        text("org_id"),
        // The hash of the body.
        text("body_hash"),
        // Sealed: an answer may hold a secret that is shown once. Absent while the request is being worked on.
        text_null("answer"),
        int("created_at"),
        int("claimed_until"),
    ];
    let keys = table("idempotency_keys", columns, &[("org_id", "orgs")]);
    create(manager, vec![keys], vec![index("idempotency_keys", &["created_at"], false)]).await
}
