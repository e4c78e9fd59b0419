//! What the operator has switched on or off, for all or for one organisation.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

use crate::table::{create, id, int, migration, table, text, text_null};

migration!(Flags, "0021_flags", ["flags"], up);

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let columns = vec![
        // The switch and, behind a blank, whom it is for: one row each.
        id(),
        text("name"),
        // Absent where it is for everybody.
        text_null("org_id"),
        int("is_on"),
        int("since"),
    ];
    create(manager, vec![table("flags", columns, &[("org_id", "orgs")])], vec![]).await?;
    if manager.get_database_backend() == DbBackend::Postgres {
        // No tenant reads or writes any: without a policy their role sees none.
        manager.get_connection().execute_unprepared("ALTER TABLE flags ENABLE ROW LEVEL SECURITY").await?;
    }
    Ok(())
}
