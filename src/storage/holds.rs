//! While somebody copies what one moment of the database refers to, no sweep removes a blob.
//!
//! A hold is a row. Whoever copies takes it before the moment that he copies, and renews it while he works; killed, he
//! lets go of it when its time runs out. A sweep asks for holds after it has looked a second time who refers to what
//! ([`Epochs`](super::Epochs)), and puts everything back if there is one. A hold that comes later than that question
//! holds a later moment: whatever refers to a blob in it, the sweep has seen, or has made sure of its blobs since.

use std::time::Duration;

use sea_orm::{ConnectionTrait, Statement, Value};

use crate::base::Ids;
use crate::db::{self, Db, DbError};

/// How long a hold lasts when nobody renews it.
const LASTS: Duration = Duration::from_secs(15 * 60);
const RENEWED: Duration = Duration::from_secs(60);

/// Holds in one database. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Holds(Db);

/// A hold, renewed until it is dropped.
pub struct Hold {
    db: Db,
    id: String,
    renewing: tokio::task::JoinHandle<()>,
}

impl Holds {
    /// The holds in this database.
    pub fn new(db: Db) -> Holds {
        Holds(db)
    }

    /// Holds all blobs from now on.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn take(&self, ids: &Ids) -> Result<Hold, DbError> {
        let (db, id) = (self.0.clone(), format!("{:032x}", u128::from_be_bytes(ids.bytes())));
        // Those of the killed go with the first one who comes after them.
        write(&db, "DELETE FROM blob_holds WHERE until < {now}", &[]).await?;
        let hold = "INSERT INTO blob_holds (id, until) VALUES ($1, {now} + $2)";
        write(&db, hold, &[id.clone().into(), lasts()]).await?;
        let renewing = tokio::spawn(renew(db.clone(), id.clone()));
        Ok(Hold { db, id, renewing })
    }

    /// Whether anybody holds blobs now.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn any(&self) -> Result<bool, DbError> {
        let any = statement(&self.0, "SELECT 1 FROM blob_holds WHERE until > {now} LIMIT 1", &[]);
        Ok(self.0.system().query_one_raw(any).await?.is_some())
    }
}

impl Hold {
    /// Lets go; whether it has held all the time.
    ///
    /// # Errors
    /// When the database refuses: the hold runs out by itself then.
    pub async fn release(self) -> Result<bool, DbError> {
        self.renewing.abort();
        let held = "DELETE FROM blob_holds WHERE id = $1 AND until > {now}";
        Ok(write(&self.db, held, &[self.id.clone().into()]).await? == 1)
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        self.renewing.abort();
    }
}

async fn renew(db: Db, id: String) {
    loop {
        tokio::time::sleep(RENEWED).await;
        // One that has run out has held nothing for a while: that is to show at its end.
        let renewed = "UPDATE blob_holds SET until = {now} + $2 WHERE id = $1 AND until > {now}";
        if let Err(error) = write(&db, renewed, &[id.clone().into(), lasts()]).await {
            tracing::warn!(target: "storage", %error, "a hold on blobs could not be renewed");
        }
    }
}

fn lasts() -> Value {
    i64::try_from(LASTS.as_millis()).unwrap_or(i64::MAX).into()
}

async fn write(db: &Db, sql: &str, values: &[Value]) -> Result<u64, DbError> {
    let tx = db.write_system().await?;
    let done = tx.conn().execute_raw(statement(db, sql, values)).await?;
    tx.commit().await?;
    Ok(done.rows_affected())
}

fn statement(db: &Db, sql: &str, values: &[Value]) -> Statement {
    let sql = sql.replace("{now}", db::now_word(db.backend()));
    Statement::from_sql_and_values(db.backend(), sql, values.to_vec())
}
