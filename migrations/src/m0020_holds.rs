//! While somebody copies blobs, no sweep removes any: who holds them, and until when at the latest.

use sea_orm_migration::prelude::*;

use crate::table::{create, id, int, migration, table};

migration!(Holds, "0020_holds", ["blob_holds"], up);

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    create(manager, vec![table("blob_holds", vec![id(), int("until")], &[])], Vec::new()).await
}
