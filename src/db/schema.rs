//! The tables as the database itself tells of them: for who takes all rows along, whatever they mean.

use sea_orm::{ConnectionTrait, DbBackend, DbErr, QueryResult, Statement, Value};
use serde::{Deserialize, Serialize};

use super::DbError;

/// A table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    /// Its name.
    pub name: String,
    /// Its columns, in their order.
    pub columns: Vec<Column>,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// What it holds.
    pub kind: Kind,
}

/// What columns hold; migrations make no others, because both engines keep these alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A text, or nothing.
    Text,
    /// A whole number of 64 bits, or nothing.
    Int,
}

impl Table {
    /// Its columns in an order of no engine's, for comparing.
    pub fn sorted(&self) -> Vec<&Column> {
        let mut columns: Vec<&Column> = self.columns.iter().collect();
        columns.sort();
        columns
    }

    /// The names of its columns, quoted, for a statement.
    pub(super) fn names(&self) -> String {
        let quoted: Vec<String> = self.columns.iter().map(|column| quoted(&column.name)).collect();
        quoted.join(", ")
    }
}

/// Names come from the schema or an archive: neither gets out of its quotes.
pub(super) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// What the schema keeps about itself.
const OWN: &str = "seaql_migrations";

/// All tables but the schema's own, each after those to which its rows belong.
pub(super) async fn tables(conn: &impl ConnectionTrait) -> Result<Vec<Table>, DbError> {
    let names = match conn.get_database_backend() {
        DbBackend::Postgres => {
            "SELECT table_name::text FROM information_schema.tables
             WHERE table_schema = current_schema() AND table_type = 'BASE TABLE' ORDER BY 1"
        }
        _ => {
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY 1"
        }
    };
    let mut open = Vec::new();
    for row in ask(conn, names, []).await? {
        let name: String = row.try_get_by_index(0)?;
        if name != OWN {
            let parents = parents(conn, &name).await?;
            open.push((Table { columns: columns(conn, &name).await?, name }, parents));
        }
    }
    let mut placed: Vec<Table> = Vec::new();
    while !open.is_empty() {
        let is_open = |name: &String| open.iter().any(|(table, _)| table.name == *name);
        let free = open.iter().position(|(table, parents)| {
            !parents.iter().any(|parent| *parent != table.name && is_open(parent))
        });
        // Tables in a circle could not be filled one after the other; there are none.
        let free = free.ok_or_else(|| DbErr::Custom("tables belong to each other in a circle".into()))?;
        placed.push(open.remove(free).0);
    }
    Ok(placed)
}

/// The migrations that were applied; none where there is no schema.
pub(super) async fn applied(conn: &impl ConnectionTrait) -> Result<Vec<String>, DbError> {
    let there = match conn.get_database_backend() {
        DbBackend::Postgres => "SELECT 1 WHERE to_regclass($1) IS NOT NULL",
        _ => "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = $1",
    };
    if ask(conn, there, [OWN.into()]).await?.is_empty() {
        return Ok(Vec::new());
    }
    let rows = ask(conn, &format!("SELECT version FROM {OWN} ORDER BY version"), []).await?;
    Ok(rows.iter().map(|row| row.try_get_by_index(0)).collect::<Result<_, _>>()?)
}

async fn columns(conn: &impl ConnectionTrait, table: &str) -> Result<Vec<Column>, DbError> {
    let columns = match conn.get_database_backend() {
        DbBackend::Postgres => {
            "SELECT column_name::text, data_type::text FROM information_schema.columns
             WHERE table_schema = current_schema() AND table_name = $1 ORDER BY ordinal_position"
        }
        _ => "SELECT name, lower(type) FROM pragma_table_info($1) ORDER BY cid",
    };
    let sqlite = conn.get_database_backend() == DbBackend::Sqlite;
    let column = |row: &QueryResult| {
        let (name, of): (String, String) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
        let kind = match of.as_str() {
            "text" => Kind::Text,
            // SQLite's own word for 64 bits.
            "integer" if sqlite => Kind::Int,
            "bigint" => Kind::Int,
            _ => {
                return Err(DbError::Corrupt {
                    what: "column's type",
                    value: format!("{table}.{name} {of}"),
                });
            }
        };
        Ok(Column { name, kind })
    };
    ask(conn, columns, [table.into()]).await?.iter().map(column).collect()
}

async fn parents(conn: &impl ConnectionTrait, table: &str) -> Result<Vec<String>, DbError> {
    let parents = match conn.get_database_backend() {
        DbBackend::Postgres => {
            "SELECT DISTINCT parent.relname::text FROM pg_constraint
             JOIN pg_class parent ON parent.oid = confrelid JOIN pg_class child ON child.oid = conrelid
             WHERE contype = 'f' AND child.relname = $1 AND child.relnamespace = current_schema()::regnamespace"
        }
        _ => "SELECT DISTINCT \"table\" FROM pragma_foreign_key_list($1)",
    };
    let rows = ask(conn, parents, [table.into()]).await?;
    Ok(rows.iter().map(|row| row.try_get_by_index(0)).collect::<Result<_, _>>()?)
}

async fn ask<const N: usize>(
    conn: &impl ConnectionTrait,
    sql: &str,
    values: [Value; N],
) -> Result<Vec<QueryResult>, DbErr> {
    conn.query_all_raw(Statement::from_sql_and_values(conn.get_database_backend(), sql, values)).await
}
