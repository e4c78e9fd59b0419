//! What the pools hold at a moment, for operators.

use sea_orm::{DatabaseConnection, DbBackend};

use super::Db;

/// One pool's connections.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pool {
    /// What it is for.
    pub name: &'static str,
    /// How many there are.
    pub open: u64,
    /// How many of them wait for work.
    pub idle: u64,
    /// How many there may be.
    pub most: u64,
}

impl Db {
    /// The pools. Asks nobody.
    pub fn pools(&self) -> Vec<Pool> {
        match &self.tenants {
            Some(tenants) => {
                let replica = self.replica.iter().map(|replica| of("replica", replica.pool()));
                [of("system", &self.reads), of("tenants", tenants)].into_iter().chain(replica).collect()
            }
            None => vec![of("readers", &self.reads), of("writer", &self.writes)],
        }
    }

    /// The engine in a word.
    pub fn kind(&self) -> &'static str {
        if self.tenants.is_some() { "postgres" } else { "sqlite" }
    }
}

fn of(name: &'static str, pool: &DatabaseConnection) -> Pool {
    let (open, idle, most) = if pool.get_database_backend() == DbBackend::Postgres {
        let pool = pool.get_postgres_connection_pool();
        (pool.size(), pool.num_idle(), pool.options().get_max_connections())
    } else {
        let pool = pool.get_sqlite_connection_pool();
        (pool.size(), pool.num_idle(), pool.options().get_max_connections())
    };
    // The two are read one after the other: meanwhile a connection may have been closed.
    let (open, idle) = (u64::from(open), idle as u64);
    Pool { name, open, idle: idle.min(open), most: u64::from(most) }
}
