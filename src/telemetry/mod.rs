//! Log lines.

use tracing_subscriber::EnvFilter;

use crate::config::{Log, LogFormat};

/// Starts logging to standard error, so that standard output stays the command's own. Called once, first thing.
///
/// # Errors
/// When the level is no level and no filter.
pub fn start(log: &Log) -> Result<(), BadFilter> {
    // Other people's libraries only when something is wrong with them, unless the setting is a filter of its own.
    let libraries = "sea_orm=warn,sea_orm_migration=warn,sqlx=warn,poem=warn,hyper=warn,reqwest=warn,rustls=warn,html5ever=error,selectors=error";
    let wanted =
        if log.level.contains(['=', ',']) { log.level.clone() } else { format!("{},{libraries}", log.level) };
    let filter = EnvFilter::builder().parse(wanted).map_err(|error| BadFilter(error.to_string()))?;
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // A second start in the same process (tests) keeps the first.
    let _ = match log.format {
        LogFormat::Text => lines.compact().try_init(),
        LogFormat::Json => lines.json().try_init(),
    };
    Ok(())
}

/// A level that is none.
#[derive(Debug, thiserror::Error)]
#[error("setting log.level: {0}. Use error, warn, info, debug, trace or a filter such as queue=debug")]
pub struct BadFilter(String);
