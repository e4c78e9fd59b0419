//! `citepress config`

use std::process::ExitCode;

use super::{CliError, Start};

pub(super) fn run(start: &Start) -> Result<ExitCode, CliError> {
    let lines = crate::config::lines(&start.layers);
    if start.json {
        println!("{}", serde_json::to_string_pretty(&lines)?);
        return Ok(ExitCode::SUCCESS);
    }
    let mut section = "";
    for line in &lines {
        let (head, name) = line.path.split_once('.').unwrap_or(("", line.path));
        if head != section {
            println!("\n[{head}]");
            section = head;
        }
        println!("{:<34} # {} ({})", format!("{name} = {}", line.value), line.meaning, line.origin);
    }
    Ok(ExitCode::SUCCESS)
}
