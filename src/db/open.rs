//! Opening the pools, with the settings each engine needs.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use sea_orm::sqlx::pool::PoolOptions;
use sea_orm::sqlx::{Connection, Database, Error, Executor, Postgres};
use sea_orm::{
    ConnectOptions, ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, RuntimeErr,
};

use super::replica::Replica;
use super::wall::TAKE_ON;
use super::{Db, DbError};

/// Where the database is.
#[derive(Debug, Clone)]
pub struct DbConfig {
    /// `sqlite:PATH` or `postgres://…`; empty: `citepress.db` in the data folder.
    pub url: String,
    /// PostgreSQL: a server that follows that one, for questions whose answers may be some seconds old; empty: none.
    pub replica: String,
    /// The data folder, for the default.
    pub data: PathBuf,
    /// SQLite: connections for reading.
    pub readers: u32,
    /// PostgreSQL: connections for tenants' work, and as many for the rest.
    pub connections: u32,
    /// PostgreSQL: the longest that one statement may take, migrations apart.
    pub statement: Duration,
}

impl Default for DbConfig {
    /// A file in the present folder, in company of what the settings take by default.
    fn default() -> DbConfig {
        let (url, replica, data) = (String::new(), String::new(), PathBuf::new());
        DbConfig { url, replica, data, readers: 4, connections: 10, statement: Duration::from_secs(30) }
    }
}

/// How long a statement waits for another process's write before it gives up.
const BUSY: Duration = Duration::from_secs(10);
/// How long a connection to a replica may take to show that it still is one.
const ANSWER: Duration = Duration::from_secs(2);
const AGAIN: Duration = Duration::from_millis(20);
const SQLITE_BUSY: u32 = 5;
const SQLITE_CACHE_KIB: u32 = 8 * 1024;

impl Db {
    /// Opens the pools. Nothing is migrated.
    ///
    /// # Errors
    /// [`DbError::Unavailable`] with the path or host when it can't be opened.
    pub async fn open(config: &DbConfig) -> Result<Db, DbError> {
        if is_postgres(config) {
            let all = connect(postgres(config)).await?;
            let replica = match config.replica.as_str() {
                "" => None,
                url => {
                    let following = DbConfig { url: url.to_owned(), ..config.clone() };
                    Some(Replica::new(connect(follower(&following)).await?, all.clone()))
                }
            };
            let tenants = connect(tenants(config)).await?;
            return Ok(Db {
                reads: all.clone(),
                writes: all,
                tenants: Some(tenants),
                replica,
                config: config.clone(),
            });
        }
        if !config.replica.is_empty() {
            let message = "a read replica (database.replica_url) needs PostgreSQL as the database it follows";
            return Err(DbError::Unavailable(message.to_owned()));
        }
        let url = sqlite_url(config)?;
        let writes = connect(sqlite(&url, 1, false, BUSY)).await?;
        let reads = connect(sqlite(&url, config.readers, true, BUSY)).await?;
        Ok(Db { reads, writes, tenants: None, replica: None, config: config.clone() })
    }
}

fn is_postgres(config: &DbConfig) -> bool {
    config.url.starts_with("postgres://") || config.url.starts_with("postgresql://")
}

fn sqlite_url(config: &DbConfig) -> Result<String, DbError> {
    match config.url.as_str() {
        "" => Ok(format!("sqlite:{}?mode=rwc", config.data.join("citepress.db").display())),
        given if given.starts_with("sqlite:") => Ok(given.to_owned()),
        given => {
            let scheme = given.split(':').next().unwrap_or_default();
            let message =
                format!("\"{scheme}:\" is no database here. Use sqlite:PATH or postgres://HOST/NAME");
            Err(DbError::Unavailable(message))
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "pools are made here and nowhere else")]
async fn connect(options: ConnectOptions) -> Result<DatabaseConnection, DbError> {
    let place = without_password(options.get_url());
    let began = Instant::now();
    loop {
        match sea_orm::Database::connect(options.clone()).await {
            Ok(pool) => return Ok(pool),
            // SQLite lets nobody wait while another process turns a new file's journal into a write-ahead log.
            Err(error) if is_busy(&error) && began.elapsed() < BUSY => tokio::time::sleep(AGAIN).await,
            Err(error) => return Err(DbError::Unavailable(format!("{place}: {error}"))),
        }
    }
}

/// How long each connection was waited for is an event of the library's, which `telemetry` counts. Said at "debug", so
/// that a log of the usual level does without.
fn told<D: Database>(pool: PoolOptions<D>) -> PoolOptions<D> {
    // The level's type is of a crate that is not named here; its words are known.
    match "debug".parse() {
        Ok(level) => pool.acquire_time_level(level),
        Err(_) => pool,
    }
}

fn is_busy(error: &DbErr) -> bool {
    let DbErr::Conn(RuntimeErr::SqlxError(cause)) = error else { return false };
    let Some(error) = cause.as_database_error() else { return false };
    error.code().and_then(|code| code.parse::<u32>().ok()).is_some_and(|code| code & 0xff == SQLITE_BUSY)
}

fn sqlite(url: &str, connections: u32, read_only: bool, wait: Duration) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options.max_connections(connections).min_connections(1).sqlx_logging(false).acquire_timeout(BUSY);
    options.idle_timeout(None::<Duration>).max_lifetime(None::<Duration>).test_before_acquire(false);
    options.map_sqlx_sqlite_pool_opts(told);
    options.map_sqlx_sqlite_opts(move |sqlite| {
        use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
        sqlite
            .journal_mode(SqliteJournalMode::Wal)
            // With WAL, NORMAL survives a crash of the process; FULL also keeps the last commit through a loss of
            // power, which is what "acknowledged is kept" means. It costs one fsync a commit.
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(wait)
            .foreign_keys(true)
            // What is removed is written over: who leaves is not to be found in the file's free pages.
            .pragma("secure_delete", "on")
            .pragma("cache_size", format!("-{SQLITE_CACHE_KIB}"))
            .pragma("query_only", if read_only { "on" } else { "off" })
            .optimize_on_close(!read_only, None)
    });
    options
}

fn postgres(config: &DbConfig) -> ConnectOptions {
    let mut options = ConnectOptions::new(&config.url);
    options.max_connections(config.connections).min_connections(1).sqlx_logging(false);
    options.acquire_timeout(Duration::from_secs(5)).set_application_name("citepress");
    options.statement_timeout(config.statement);
    let own = UNHEARD.into_iter().filter(|(name, _)| !config.url.contains(name)).collect::<Vec<_>>();
    options.map_sqlx_postgres_opts(move |postgres| postgres.options(own.iter().copied()));
    options.map_sqlx_postgres_pool_opts(told);
    options
}

/// A process whose machine is gone says nothing any more, and what its transactions have locked stays so until the server
/// takes notice: of a transaction that nothing is asked in, or of a network that does not answer (milliseconds, milliseconds;
/// seconds, seconds, times). One that the URL sets is the operator's own.
const UNHEARD: [(&str, &str); 5] = [
    ("idle_in_transaction_session_timeout", "30000"),
    ("tcp_user_timeout", "60000"),
    ("tcp_keepalives_idle", "30"),
    ("tcp_keepalives_interval", "10"),
    ("tcp_keepalives_count", "3"),
];

/// For migrations and whoever reads everything, which takes as long as it takes. PostgreSQL: one connection holds the
/// migrations' lock, the other works. SQLite: one that reads.
pub(super) async fn unhurried(config: &DbConfig) -> Result<DatabaseConnection, DbError> {
    if !is_postgres(config) {
        return connect(sqlite(&sqlite_url(config)?, 1, true, BUSY)).await;
    }
    let mut options = ConnectOptions::new(&config.url);
    options.max_connections(2).sqlx_logging(false).set_application_name("citepress migrations");
    connect(options).await
}

/// SQLite: a connection that waits for no other. It changes no row, and may do what the log needs.
pub(super) async fn impatient(config: &DbConfig) -> Result<DatabaseConnection, DbError> {
    connect(sqlite(&sqlite_url(config)?, 1, true, Duration::ZERO)).await
}

/// Frees one transaction of what the server or the role may limit: nothing in it ends by time, and a row that it may not see
/// is an error instead of missing.
pub(super) async fn unlimited(transaction: &DatabaseTransaction) -> Result<(), DbError> {
    if transaction.get_database_backend() == DbBackend::Postgres {
        let free = "SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0; \
                    SET LOCAL row_security = off";
        transaction.execute_unprepared(free).await?;
    }
    Ok(())
}

/// Connections that take on the tenants' role, one by one as they are needed: before the first migration there is none.
fn tenants(config: &DbConfig) -> ConnectOptions {
    let mut options = postgres(config);
    options.min_connections(0).connect_lazy(true);
    // The library's own `after_connect` is called once for the pool; this one for each connection.
    options.map_sqlx_postgres_pool_opts(tenant);
    options
}

fn tenant(pool: PoolOptions<Postgres>) -> PoolOptions<Postgres> {
    told(pool).after_connect(|connection, _| Box::pin(async { connection.execute(TAKE_ON).await.map(drop) }))
}

/// As [`tenants`]. A question that was given up leaves a connection that may never answer: the library would wait for it, and
/// count it among those that there may be, until the pool is full of them.
fn follower(config: &DbConfig) -> ConnectOptions {
    let mut options = tenants(config);
    options.map_sqlx_postgres_pool_opts(|pool| {
        tenant(pool).after_release(|connection, _| {
            Box::pin(async {
                let answers = tokio::time::timeout(ANSWER, connection.ping()).await;
                answers.unwrap_or(Err(Error::PoolTimedOut)).map(|()| true)
            })
        })
    });
    options
}

/// A database's address without what must not be shown.
fn without_password(url: &str) -> String {
    match url::Url::parse(url) {
        Ok(mut parsed) if parsed.password().is_some() => {
            let _ = parsed.set_password(Some("***"));
            parsed.to_string()
        }
        _ => url.to_owned(),
    }
}
