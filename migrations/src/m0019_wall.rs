//! On PostgreSQL a second wall behind the scopes: a row of a tenant is seen and written only by a transaction that has named its
//! organisation (`app.org`). It holds for every role but the tables' owner; tenants' work is done in a role of its own.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

pub(crate) struct Wall;

/// The organisation that the transaction has named; NULL, which equals nothing, if it has named none.
const ORG: &str = "NULLIF(current_setting('app.org', true), '')";

/// Tables whose rows name their organisation, and the column that does.
const OF_ORG: [(&str, &str); 15] = [
    ("orgs", "id"),
    ("event_heads", "id"),
    ("event_readers", "org_id"),
    ("memberships", "org_id"),
    ("invitations", "org_id"),
    ("api_keys", "org_id"),
    ("idempotency_keys", "org_id"),
    ("webhook_endpoints", "org_id"),
    ("webhook_deliveries", "org_id"),
    ("jobs", "org_id"),
    ("exports", "org_id"),
    ("sites", "org_id"),
    ("domains", "org_id"),
    ("sources", "org_id"),
    ("pages", "org_id"),
];

/// Tables whose rows belong to a row of another: seen with it.
const OF_ROW: [(&str, &str, &str); 6] = [
    ("hosts", "site_id", "sites"),
    ("site_files", "site_id", "sites"),
    ("redirects", "site_id", "sites"),
    ("revisions", "page_id", "pages"),
    ("claims", "page_id", "pages"),
    ("page_drafts", "page_id", "pages"),
];

fn policies() -> Vec<(&'static str, String, String)> {
    let own = |column: &str| format!("{column} = {ORG}");
    let mut all: Vec<_> = OF_ORG.iter().map(|(table, column)| (*table, own(column), own(column))).collect();
    all.push(("editions", own("org_id"), own("org_id")));
    // That an organisation was deleted stands in the operator's chain, and is asked for before anything is written for it.
    let told = format!("org_id = 'operator' AND subject = {ORG}");
    all.push(("events", format!("{} OR ({told})", own("org_id")), own("org_id")));
    for (table, column, parent) in OF_ROW {
        let seen = format!("EXISTS (SELECT 1 FROM {parent} WHERE {parent}.id = {table}.{column})");
        all.push((table, seen.clone(), seen));
    }
    all
}

impl MigrationName for Wall {
    fn name(&self) -> &str {
        "0019_wall"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Wall {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if manager.get_database_backend() != DbBackend::Postgres {
            return Ok(());
        }
        for (table, seen, written) in policies() {
            let raise = format!(
                "ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
                 CREATE POLICY own ON {table} USING ({seen}) WITH CHECK ({written})"
            );
            manager.get_connection().execute_unprepared(&raise).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if manager.get_database_backend() != DbBackend::Postgres {
            return Ok(());
        }
        for (table, _, _) in policies() {
            let take_down =
                format!("DROP POLICY own ON {table}; ALTER TABLE {table} DISABLE ROW LEVEL SECURITY");
            manager.get_connection().execute_unprepared(&take_down).await?;
        }
        Ok(())
    }
}
