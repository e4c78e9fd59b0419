//! What the press has warned of while an edition was built: a JSON list of sentences.

use sea_orm_migration::prelude::*;

use crate::table::text_null;

pub(crate) struct Warnings;

impl MigrationName for Warnings {
    fn name(&self) -> &str {
        "0016_warnings"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Warnings {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // Absent where there were none, as with nearly every edition.
        let mut column = text_null("warnings");
        manager.alter_table(Table::alter().table("editions").add_column(&mut column).to_owned()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.alter_table(Table::alter().table("editions").drop_column("warnings").to_owned()).await
    }
}
