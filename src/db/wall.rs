//! The role in which tenants' work is done on PostgreSQL: it owns nothing, so row-level security holds for it.

use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr, Statement};

use super::DbError;

/// Nobody signs in as it; connections of tenants take it on.
const ROLE: &str = "citepress_tenant";

/// What a connection of tenants says first.
pub(super) const TAKE_ON: &str = "SET ROLE citepress_tenant";

/// What tenants' work may do besides its own rows: counts that are nobody's.
const COUNTS: &str = "live_versions, blob_epochs";

/// Makes the role where there is none yet, and lets it do what tenants' work needs. Done after each migration.
pub(super) async fn raise(pool: &DatabaseConnection) -> Result<(), DbError> {
    made(pool).await.map_err(|error| {
        let cure = format!(
            "Ask whoever runs it for: CREATE ROLE {ROLE} NOLOGIN; GRANT {ROLE} TO the user of database.url, who also has to \
             own the tables"
        );
        DbError::Unavailable(format!("the role {ROLE}, which keeps tenants apart, can't be set up ({error}). {cure}"))
    })
}

async fn made(pool: &DatabaseConnection) -> Result<(), DbErr> {
    if !has(pool, "SELECT 1 FROM pg_roles WHERE rolname = $1").await? {
        // Roles are the whole server's: another database's process may be making it as well.
        let make = format!(
            "DO $$ BEGIN CREATE ROLE {ROLE} NOLOGIN; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$"
        );
        pool.execute_unprepared(&make).await?;
    }
    // From PostgreSQL 16 on whoever makes a role is a member that may not take it on, until it lets itself.
    let may_take_on = "SELECT 1 WHERE pg_has_role(current_user, $1,
        CASE WHEN current_setting('server_version_num')::int >= 160000 THEN 'SET' ELSE 'MEMBER' END)";
    if !has(pool, may_take_on).await? {
        pool.execute_unprepared(&format!("GRANT {ROLE} TO CURRENT_USER")).await?;
    }
    let walled = "SELECT quote_ident(current_schema()), string_agg(quote_ident(relname), ', ') FROM pg_class
                  WHERE relrowsecurity AND relnamespace = current_schema()::regnamespace";
    let row = pool.query_one_raw(Statement::from_string(DbBackend::Postgres, walled)).await?;
    let Some(row) = row else { return Ok(()) };
    let (schema, walled): (String, String) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
    for grant in [
        format!("GRANT USAGE ON SCHEMA {schema} TO {ROLE}"),
        format!("GRANT SELECT, INSERT, UPDATE, DELETE ON {walled} TO {ROLE}"),
        format!("GRANT SELECT, INSERT, UPDATE ON {COUNTS} TO {ROLE}"),
    ] {
        pool.execute_unprepared(&grant).await?;
    }
    Ok(())
}

async fn has(pool: &DatabaseConnection, question: &str) -> Result<bool, DbErr> {
    let question = Statement::from_sql_and_values(DbBackend::Postgres, question, [ROLE.into()]);
    Ok(pool.query_one_raw(question).await?.is_some())
}
