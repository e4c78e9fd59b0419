//! By whom people have been vouched for: a provider's own name for somebody, and who that is here.

use sea_orm_migration::prelude::*;

use crate::table::{create, id, index, int, migration, table, text};

migration!(Oidc, "0013_oidc", ["identities"], up);

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let columns = vec![
        // The hash of issuer and subject: one person each.
        id(),
        text("person_id"),
        text("issuer"),
        text("subject"),
        int("created_at"),
    ];
    let identities = table("identities", columns, &[("person_id", "people")]);
    create(manager, vec![identities], vec![index("identities", &["person_id"], false)]).await
}
