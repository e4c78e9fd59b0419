//! What programs call. So far: whether the process is alive and ready.

mod health;

use poem::{Route, get};

use crate::db::Db;

/// The routes of this face.
pub fn routes(db: Db) -> Route {
    Route::new().at("/healthz", get(health::Alive)).at("/readyz", get(health::Ready(db)))
}
