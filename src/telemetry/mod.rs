//! What operators see of a process: log lines, figures (`/metrics`), traces, and reports of errors. All of them read what
//! rooms write to `tracing`; no room knows of any.

#[cfg(any(feature = "otlp", feature = "sentry"))]
mod courier;
mod figures;
mod lines;
#[cfg(feature = "otlp")]
mod otlp;
#[cfg(not(feature = "otlp"))]
#[path = "without_otlp.rs"]
mod otlp;
mod panics;
mod process;
mod readings;
#[cfg(feature = "sentry")]
mod scrub;
#[cfg(feature = "sentry")]
mod sentry;
#[cfg(not(feature = "sentry"))]
#[path = "without_sentry.rs"]
mod sentry;

pub use figures::Figures;
pub use otlp::carried;
pub use readings::Readings;

use std::fmt;

use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Layer, Registry};

use crate::config::Settings;

type Boxed = Box<dyn Layer<Registry> + Send + Sync>;

/// What was started. Dropped at an orderly end, it sends what is waiting, and waits no longer than a few seconds for that.
pub struct Telemetry {
    _traces: Option<otlp::Traces>,
    _reports: Option<sentry::Reports>,
}

/// Its parts would show keys.
impl fmt::Debug for Telemetry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Telemetry")
    }
}

/// Starts what the settings ask for: log lines on standard error, so that standard output stays the command's own; figures;
/// traces and reports where they are to go somewhere. Called once, first thing.
///
/// # Errors
/// When a setting is none; the message names it.
pub fn start(settings: &Settings) -> Result<Telemetry, BadTelemetry> {
    let mut layers: Vec<Boxed> = vec![lines::layer(&settings.log)?, Figures::default().layer()];
    let (mut traces, mut reports) = (None, None);
    if !settings.otlp.endpoint.is_empty() {
        let (layer, sending) = otlp::start(&settings.otlp)?;
        layers.push(layer);
        traces = Some(sending);
    }
    if !settings.sentry.dsn.is_empty() {
        let (layer, sending) = sentry::start(&settings.sentry)?;
        layers.push(layer);
        reports = Some(sending);
    }
    // A second start in the same process (tests) keeps the first.
    if tracing_subscriber::registry().with(layers).try_init().is_ok() {
        panics::tell();
    }
    Ok(Telemetry { _traces: traces, _reports: reports })
}

/// A setting that nothing can be started with.
#[derive(Debug, thiserror::Error)]
#[error("setting {setting}: {why}")]
pub struct BadTelemetry {
    setting: &'static str,
    why: String,
}

impl BadTelemetry {
    fn new(setting: &'static str, why: impl fmt::Display) -> BadTelemetry {
        BadTelemetry { setting, why: why.to_string() }
    }
}
