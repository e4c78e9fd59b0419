//! Pages that go to their readers at a time.

use sea_orm_migration::prelude::*;

use crate::table::int;

pub(crate) struct Scheduled;

impl MigrationName for Scheduled {
    fn name(&self) -> &str {
        "0018_scheduled"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Scheduled {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // 0 where it is not scheduled.
        let mut column = int("scheduled_at");
        manager.alter_table(Table::alter().table("pages").add_column(&mut column).to_owned()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.alter_table(Table::alter().table("pages").drop_column("scheduled_at").to_owned()).await
    }
}
