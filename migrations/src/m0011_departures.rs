//! Organisations that leave: what marks them until their last row is gone, what they take along, and the count by which
//! blobs that nobody refers to are swept.

use sea_orm_migration::prelude::*;

use crate::table::{create, id, index, int, table, text};

pub(crate) struct Departures;

/// Table and column: when its organisation was deleted, 0 while it lives.
const MARKS: [(&str, &str); 2] = [("orgs", "departed_at"), ("sites", "departed_at")];

impl MigrationName for Departures {
    fn name(&self) -> &str {
        "0011_departures"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Departures {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, column) in MARKS {
            let mut column = int(column);
            manager.alter_table(Table::alter().table(table).add_column(&mut column).to_owned()).await?;
        }
        let epochs = table("blob_epochs", vec![id(), int("epoch")], &[]);
        create(manager, vec![exports(), epochs], vec![index("exports", &["org_id", "id"], false)]).await?;
        // There from the beginning, so that it can be locked.
        let first = "INSERT INTO blob_epochs (id, epoch) VALUES ('blobs', 0)";
        manager.get_connection().execute_unprepared(first).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::table::drop(manager, &["blob_epochs", "exports"]).await?;
        for (table, column) in MARKS {
            manager.alter_table(Table::alter().table(table).drop_column(column).to_owned()).await?;
        }
        Ok(())
    }
}

fn exports() -> TableCreateStatement {
    let columns = vec![
        id(),
        text("org_id"),
        // The job that makes it: how far it is, and why it failed.
        text("job_id"),
        text("actor"),
        int("created_at"),
        // 0 until it is there.
        int("ready_at"),
        int("expires_at"),
        int("bytes"),
    ];
    table("exports", columns, &[("org_id", "orgs")])
}
