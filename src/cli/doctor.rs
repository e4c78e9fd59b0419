//! `citepress doctor`

use std::process::ExitCode;

use super::{CliError, Start};
use crate::app;

pub(super) fn run(start: &Start) -> Result<ExitCode, CliError> {
    start.block_on(async {
        let findings = app::examine(&start.settings).await;
        if start.json {
            println!("{}", serde_json::to_string_pretty(&findings)?);
        } else {
            for finding in &findings {
                let mark = if finding.ok { "ok  " } else { "FAIL" };
                println!("{mark} {:<12} {}", finding.part, finding.says);
            }
        }
        let well = findings.iter().all(|finding| finding.ok);
        Ok(if well { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    })
}
