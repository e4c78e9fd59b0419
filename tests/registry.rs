//! What tests fetch from package registries while they run.

use std::process::{Command, Output};

/// Runs a command that installs packages to its end. A registry may be away for a moment: there are two tries.
pub fn install(command: &mut Command) {
    let mut output = run(command);
    if !output.status.success() {
        output = run(command);
    }
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{command:?} failed twice:\n{out}\n{err}");
}

fn run(command: &mut Command) -> Output {
    command.output().unwrap_or_else(|error| panic!("{command:?} does not start: {error}"))
}
