//! A binary that was built without the feature `sentry`.

use super::{BadTelemetry, Boxed};
use crate::config::Sentry;

/// There are none.
pub(super) type Reports = ();

pub(super) fn start(_: &Sentry) -> Result<(Boxed, Reports), BadTelemetry> {
    let why =
        "this binary was built without reports: build it with the feature sentry, or leave the setting out";
    Err(BadTelemetry::new("sentry.dsn", why))
}
