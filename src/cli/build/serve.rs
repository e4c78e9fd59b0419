use std::process::ExitCode;
use super::Build;
use crate::cli::{CliError, Start};
pub(super) async fn run(_start: &Start, _build: &Build) -> Result<ExitCode, CliError> {
    Err("not yet".into())
}
