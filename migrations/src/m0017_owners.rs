//! What is listed over all sites of an organisation has its organisation in the row: lists are one walk of an index,
//! however many the sites.

use sea_orm_migration::prelude::*;

use crate::table::{create, index, text};

pub(crate) struct Owners;

const TABLES: [&str; 3] = ["pages", "sources", "editions"];

impl MigrationName for Owners {
    fn name(&self) -> &str {
        "0017_owners"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Owners {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in TABLES {
            let mut owner = text("org_id").default("").take();
            manager.alter_table(Table::alter().table(table).add_column(&mut owner).to_owned()).await?;
            let of_site = format!(
                "UPDATE {table} SET org_id = (SELECT org_id FROM sites WHERE sites.id = {table}.site_id)"
            );
            manager.get_connection().execute_unprepared(&of_site).await?;
        }
        let indexes = TABLES.into_iter().map(|table| index(table, &["org_id", "id"], false)).collect();
        create(manager, Vec::new(), indexes).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in TABLES {
            let mut index = Index::drop();
            index.name(format!("{table}_org_id_id")).table(table);
            manager.drop_index(index).await?;
            manager.alter_table(Table::alter().table(table).drop_column("org_id").to_owned()).await?;
        }
        Ok(())
    }
}
