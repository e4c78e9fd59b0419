//! Columns as both engines keep them, and the shape that every migration has.

use sea_orm_migration::prelude::*;

/// `text not null`: ids, hashes, words, JSON.
pub(crate) fn text(name: &'static str) -> ColumnDef {
    let mut column = ColumnDef::new(name);
    column.text().not_null();
    column
}

/// `text`, which may be absent.
pub(crate) fn text_null(name: &'static str) -> ColumnDef {
    let mut column = ColumnDef::new(name);
    column.text();
    column
}

/// `text primary key`.
pub(crate) fn id() -> ColumnDef {
    let mut column = text("id");
    column.primary_key();
    column
}

/// `bigint not null default 0`: counts, sizes, times in milliseconds.
pub(crate) fn int(name: &'static str) -> ColumnDef {
    let mut column = ColumnDef::new(name);
    column.big_integer().not_null().default(0);
    column
}

/// `bigint`, which may be absent.
pub(crate) fn int_null(name: &'static str) -> ColumnDef {
    let mut column = ColumnDef::new(name);
    column.big_integer();
    column
}

/// A table with these columns; `parents` are (column, table) pairs whose rows own those of this table.
pub(crate) fn table(
    name: &'static str,
    columns: Vec<ColumnDef>,
    parents: &[(&'static str, &'static str)],
) -> TableCreateStatement {
    let mut table = Table::create();
    table.table(name);
    for mut column in columns {
        table.col(&mut column);
    }
    for (column, parent) in parents {
        let mut key = ForeignKey::create();
        key.from(name, *column).to(*parent, "id").on_delete(ForeignKeyAction::Cascade);
        table.foreign_key(&mut key);
    }
    table
}

/// An index over `columns`, named after them.
pub(crate) fn index(table: &'static str, columns: &[&'static str], unique: bool) -> IndexCreateStatement {
    let mut index = Index::create();
    index.table(table).name(format!("{table}_{}", columns.join("_")));
    for column in columns {
        index.col(*column);
    }
    if unique {
        index.unique();
    }
    index
}

/// Creates tables and indexes.
pub(crate) async fn create(
    manager: &SchemaManager<'_>,
    tables: Vec<TableCreateStatement>,
    indexes: Vec<IndexCreateStatement>,
) -> Result<(), DbErr> {
    for table in tables {
        manager.create_table(table).await?;
    }
    for index in indexes {
        manager.create_index(index).await?;
    }
    Ok(())
}

/// Drops tables, last made first.
pub(crate) async fn drop(manager: &SchemaManager<'_>, names: &[&'static str]) -> Result<(), DbErr> {
    for name in names.iter().rev() {
        manager.drop_table(Table::drop().table(*name).to_owned()).await?;
    }
    Ok(())
}

/// Declares a migration: its name, its tables (for the way down) and its way up.
macro_rules! migration {
    ($type:ident, $name:literal, [$($table:literal),+], $up:ident) => {
        pub(crate) struct $type;

        impl sea_orm_migration::MigrationName for $type {
            fn name(&self) -> &str {
                $name
            }
        }

        #[async_trait::async_trait]
        impl sea_orm_migration::MigrationTrait for $type {
            // SQLite migrations are not wrapped by default: a killed one would stay half done.
            fn use_transaction(&self) -> Option<bool> {
                Some(true)
            }

            async fn up(&self, manager: &sea_orm_migration::SchemaManager) -> Result<(), sea_orm_migration::DbErr> {
                $up(manager).await
            }

            async fn down(&self, manager: &sea_orm_migration::SchemaManager) -> Result<(), sea_orm_migration::DbErr> {
                $crate::table::drop(manager, &[$($table),+]).await
            }
        }
    };
}
pub(crate) use migration;

/// Declares a migration that adds one column to a table, and takes it away on the way down.
macro_rules! added_column {
    ($type:ident, $name:literal, $table:literal, $column:expr) => {
        pub(crate) struct $type;

        impl sea_orm_migration::MigrationName for $type {
            fn name(&self) -> &str {
                $name
            }
        }

        #[async_trait::async_trait]
        impl sea_orm_migration::MigrationTrait for $type {
            fn use_transaction(&self) -> Option<bool> {
                Some(true)
            }

            async fn up(
                &self,
                manager: &sea_orm_migration::SchemaManager,
            ) -> Result<(), sea_orm_migration::DbErr> {
                let mut table = sea_orm_migration::prelude::Table::alter();
                manager.alter_table(table.table($table).add_column(&mut $column).to_owned()).await
            }

            async fn down(
                &self,
                manager: &sea_orm_migration::SchemaManager,
            ) -> Result<(), sea_orm_migration::DbErr> {
                let mut table = sea_orm_migration::prelude::Table::alter();
                let name = $column.get_column_name();
                manager.alter_table(table.table($table).drop_column(name).to_owned()).await
            }
        }
    };
}
pub(crate) use added_column;
