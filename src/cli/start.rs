//! What every command starts from: the settings and how to print.

use std::future::Future;
use std::io::Write;
use std::path::Path;

use super::{CliError, Common};
use crate::config::{Layers, Settings};
use crate::telemetry::Telemetry;

const FILE: &str = "citepress.toml";
/// Threads for reading files, hashing passwords and rendering: each takes memory, and a disk answers no sooner for more.
const BLOCKING: usize = 64;

/// The settings of this run, and how it prints.
#[derive(Debug)]
pub struct Start {
    /// The settings with their origins.
    pub layers: Layers,
    /// The settings.
    pub settings: Settings,
    /// Whether to print JSON.
    pub json: bool,
    /// Whether to print results and errors only.
    pub quiet: bool,
    /// Ends with the command, and sends what is waiting.
    _telemetry: Telemetry,
}

impl Start {
    /// Reads file, environment and flags, and starts logging: at `log_level`, if nothing else is set.
    pub(super) fn read(common: &Common, log_level: &str) -> Result<Start, CliError> {
        let mut layers = Layers::defaults();
        layers.default_value("log.level", log_level);
        let file = common.config.as_deref().unwrap_or(Path::new(FILE));
        match std::fs::read_to_string(file) {
            Ok(text) => layers.file(file, &text)?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && common.config.is_none() => {}
            Err(error) => return Err(format!("{}: {error}", file.display()).into()),
        }
        layers.environment(environment())?;
        if let Some(data) = &common.data {
            layers.flag("--data", "data", data.to_string_lossy().into_owned())?;
        }
        if let Some(port) = common.port {
            layers.flag("--port", "server.port", i64::from(port))?;
        }
        let settings = layers.settings()?;
        let telemetry = crate::telemetry::start(&settings)?;
        Ok(Start { layers, settings, json: common.json, quiet: common.quiet, _telemetry: telemetry })
    }

    /// Runs a command that waits for something.
    pub(super) fn block_on<T>(
        &self,
        command: impl Future<Output = Result<T, CliError>>,
    ) -> Result<T, CliError> {
        let mut threads = tokio::runtime::Builder::new_multi_thread();
        threads.max_blocking_threads(BLOCKING).enable_all().build()?.block_on(command)
    }

    /// A line about progress or what to do next; nothing under `--quiet` and `--json`.
    pub fn say(&self, line: impl std::fmt::Display) {
        if !self.quiet && !self.json {
            // Whoever closes the pipe (`| head`) has read enough; that ends no demo.
            let _ = writeln!(std::io::stdout(), "{line}");
        }
    }
}

/// Variables whose text is not Unicode name nothing of ours.
#[expect(clippy::disallowed_methods, reason = "the one place where the environment is read")]
fn environment() -> Vec<(String, String)> {
    std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .collect()
}
