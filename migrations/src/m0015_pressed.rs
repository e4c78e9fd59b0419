//! What the press itself has made of an edition: the next edition goes on from it, and where redirects lie on top it is
//! another manifest than the one that is served.

use sea_orm_migration::prelude::*;

use crate::table::text_null;

pub(crate) struct Pressed;

impl MigrationName for Pressed {
    fn name(&self) -> &str {
        "0015_pressed"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Pressed {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // Absent where it is the manifest itself.
        let mut column = text_null("pressed");
        manager.alter_table(Table::alter().table("editions").add_column(&mut column).to_owned()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.alter_table(Table::alter().table("editions").drop_column("pressed").to_owned()).await
    }
}
