//! A binary that was built without the feature `otlp`.

use std::future::Future;

use poem::http::HeaderMap;

use super::{BadTelemetry, Boxed};
use crate::config::Otlp;

/// There are none.
pub(super) type Traces = ();

pub(super) fn start(_: &Otlp) -> Result<(Boxed, Traces), BadTelemetry> {
    let why =
        "this binary was built without traces: build it with the feature otlp, or leave the setting out";
    Err(BadTelemetry::new("otlp.endpoint", why))
}

/// Does `work`. Which trace it belongs to is nobody's concern here.
pub fn carried<T>(_: &HeaderMap, work: impl Future<Output = T>) -> impl Future<Output = T> {
    work
}
