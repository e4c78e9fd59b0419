//! Log lines.

use tracing_subscriber::{EnvFilter, Layer};

use super::{BadTelemetry, Boxed};
use crate::config::{Log, LogFormat};

/// Other people's libraries only when something is wrong with them, unless the setting is a filter of its own.
const LIBRARIES: &str = "sea_orm=warn,sea_orm_migration=warn,sqlx=warn,poem=warn,hyper=warn,reqwest=warn,rustls=warn,html5ever=error,selectors=error";

pub(super) fn layer(log: &Log) -> Result<Boxed, BadTelemetry> {
    let wanted =
        if log.level.contains(['=', ',']) { log.level.clone() } else { format!("{},{LIBRARIES}", log.level) };
    let filter = EnvFilter::builder().parse(wanted).map_err(|error| {
        let cure = "Use error, warn, info, debug, trace or a filter such as queue=debug";
        BadTelemetry::new("log.level", format!("{error}. {cure}"))
    })?;
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    Ok(match log.format {
        LogFormat::Text => lines.compact().with_filter(filter).boxed(),
        LogFormat::Json => lines.json().with_filter(filter).boxed(),
    })
}
