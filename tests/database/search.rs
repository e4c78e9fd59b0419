//! Looking for a text in everything that a database holds.

use citepress::db::Db;
use sea_orm::{ConnectionTrait, DbBackend, Statement};

/// A column that holds it.
pub struct Place {
    pub table: String,
    pub column: String,
    pub rows: i64,
}

async fn texts(db: &Db, sql: &str) -> Vec<String> {
    let rows = db.system().query_all_raw(Statement::from_string(db.backend(), sql)).await.unwrap();
    rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect()
}

/// As the schema itself tells them.
pub async fn tables(db: &Db) -> Vec<String> {
    let sql = match db.backend() {
        DbBackend::Postgres => {
            "SELECT table_name::text FROM information_schema.tables WHERE table_schema = 'public'"
        }
        _ => "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
    };
    let tables = texts(db, sql).await;
    assert!(tables.len() > 15, "{tables:?}");
    tables
}

async fn columns(db: &Db, table: &str) -> Vec<String> {
    let sql = match db.backend() {
        DbBackend::Postgres => format!(
            "SELECT column_name::text FROM information_schema.columns
             WHERE table_schema = 'public' AND table_name = '{table}'"
        ),
        _ => format!("SELECT name FROM pragma_table_info('{table}')"),
    };
    texts(db, &sql).await
}

/// Every column of every table that holds a text somewhere.
pub async fn places(db: &Db, text: &str) -> Vec<Place> {
    let find = if db.backend() == DbBackend::Postgres { "strpos" } else { "instr" };
    let mut places = Vec::new();
    for table in tables(db).await {
        for column in columns(db, &table).await {
            let sql =
                format!("SELECT count(*) FROM \"{table}\" WHERE {find}(CAST(\"{column}\" AS TEXT), $1) > 0");
            let statement = Statement::from_sql_and_values(db.backend(), sql, [text.into()]);
            let row = db.system().query_one_raw(statement).await.unwrap().unwrap();
            let rows: i64 = row.try_get_by_index(0).unwrap();
            if rows > 0 {
                places.push(Place { table: table.clone(), column, rows });
            }
        }
    }
    places
}
