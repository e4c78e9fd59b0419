//! How keeping blobs and sweeping them stay out of each other's way, without clocks and without waiting.
//!
//! Who keeps a blob that is there already writes nothing; a moment later a sweep may find that nobody refers to it. So
//! each sweep counts: first it sets aside what nobody refers to, then it begins a new epoch, then it looks a second time
//! who refers to what, and only what is still unreferenced goes for good. Who keeps blobs notes the epoch before the
//! first of them, and the transaction that refers to them asks whether it is still the same.
//!
//! * It is: every sweep that has looked a second time without seeing the reference had set its blobs aside before the
//!   epoch was noted, so what was found in place was kept, or was kept anew, since.
//! * It is not: a blob that was found in place may have been set aside since. The keeper notes the new epoch, makes sure
//!   that each blob is in place ([`Storage::ensure`](super::Storage::ensure)) or keeps it again, and asks again.

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{EntityTrait, QuerySelect};

use crate::db::{Db, DbError, WriteTx};

mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "blob_epochs")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        pub epoch: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

const BLOBS: &str = "blobs";

/// The count of sweeps. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Epochs(Db);

/// What the count was at some moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use = "the transaction that refers to blobs asks whether it is still the same"]
pub struct Epoch(i64);

impl Epochs {
    /// The count in this database.
    pub fn new(db: Db) -> Epochs {
        Epochs(db)
    }

    /// The present epoch, to be noted before the first blob is kept.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn now(&self) -> Result<Epoch, DbError> {
        let found = row::Entity::find_by_id(BLOBS).one(self.0.system()).await?;
        Ok(Epoch(found.map_or(0, |row| row.epoch)))
    }

    /// Whether no sweep has begun to look a second time since; none does until the transaction ends.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn is_still(&self, tx: &WriteTx, epoch: Epoch) -> Result<bool, DbError> {
        // Shared: those who keep blobs don't wait for each other, only for a sweep that counts in this moment.
        let found = row::Entity::find_by_id(BLOBS).lock_shared().one(tx.conn()).await?;
        Ok(found.map_or(0, |row| row.epoch) == epoch.0)
    }

    /// Begins a new epoch: for a sweep, between setting aside and looking again.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn advance(&self) -> Result<(), DbError> {
        let tx = self.0.write_system().await?;
        row::Entity::update_many()
            .col_expr(row::Column::Epoch, Expr::col(row::Column::Epoch).add(1))
            .filter(row::Column::Id.eq(BLOBS))
            .exec(tx.conn())
            .await?;
        tx.commit().await
    }
}
