//! One process, measured from outside: wall time and peak memory.

use std::fs;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::Outcome;

/// What one run took.
#[derive(Debug, Clone, Copy)]
pub(super) struct Figures {
    pub seconds: f64,
    /// The process's largest resident set (VmHWM of Linux).
    pub peak_bytes: u64,
}

/// Runs a command to its end.
pub(super) fn run(mut command: Command) -> Outcome<Figures> {
    let begun = Instant::now();
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn()?;
    let status_file = format!("/proc/{}/status", child.id());
    let mut peak_bytes = 0;
    let status = loop {
        // The high-water mark only grows, so the last look before the end is near enough.
        peak_bytes = peak_bytes.max(high_water(&status_file).unwrap_or_default());
        if let Some(status) = child.try_wait()? {
            break status;
        }
        std::thread::sleep(Duration::from_millis(5));
    };
    let seconds = begun.elapsed().as_secs_f64();
    if !status.success() {
        let said = child.stderr.map(std::io::read_to_string).transpose()?.unwrap_or_default();
        return Err(format!("{command:?} ended with {status}: {said}").into());
    }
    Ok(Figures { seconds, peak_bytes })
}

fn high_water(status_file: &str) -> Option<u64> {
    let text = fs::read_to_string(status_file).ok()?;
    let line = text.lines().find(|line| line.starts_with("VmHWM:"))?;
    Some(line.split_whitespace().nth(1)?.parse::<u64>().ok()? * 1024)
}

/// The middle one; of an even count the mean of the two in the middle.
pub(super) fn median(mut all: Vec<f64>) -> f64 {
    all.sort_by(f64::total_cmp);
    let middle = all.len() / 2;
    match all.len() {
        0 => f64::NAN,
        n if n % 2 == 1 => all[middle],
        _ => f64::midpoint(all[middle - 1], all[middle]),
    }
}
