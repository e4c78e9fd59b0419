//! Lists are walked by id, within a site or an organisation.

use sea_orm_migration::prelude::*;

use crate::table::{create, index};

pub(crate) struct Windows;

/// Table and owner.
const WINDOWS: [(&str, &str); 4] =
    [("sites", "org_id"), ("pages", "site_id"), ("sources", "site_id"), ("editions", "site_id")];

impl MigrationName for Windows {
    fn name(&self) -> &str {
        "0008_windows"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Windows {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let indexes = WINDOWS.into_iter().map(|(table, owner)| index(table, &[owner, "id"], false)).collect();
        create(manager, Vec::new(), indexes).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, owner) in WINDOWS {
            let mut index = Index::drop();
            index.name(format!("{table}_{owner}_id")).table(table);
            manager.drop_index(index).await?;
        }
        Ok(())
    }
}
