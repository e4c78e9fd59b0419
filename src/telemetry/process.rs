//! What the system says of this process, by the names that Prometheus' own clients use. What it does not say (another
//! system than Linux) is missing.

use std::fs;

use super::Readings;

/// Clock ticks of a second, as `/proc` counts them on every Linux.
const TICKS: f64 = 100.0;

pub(super) fn read(readings: &mut Readings) {
    if let Some(bytes) = resident() {
        readings.gauge("process_resident_memory_bytes", "Resident memory", &[], bytes);
    }
    if let Ok(files) = fs::read_dir("/proc/self/fd") {
        // One of them is the folder that is being read.
        let open = files.count().saturating_sub(1);
        readings.gauge("process_open_fds", "Open files and sockets", &[], open as f64);
    }
    if let Some(most) = rustix::process::getrlimit(rustix::process::Resource::Nofile).current {
        readings.gauge("process_max_fds", "Files and sockets that may be open", &[], most as f64);
    }
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let boot = fs::read_to_string("/proc/stat").unwrap_or_default();
    if let Some((processor, started)) = times(&stat) {
        readings.counter("process_cpu_seconds", "Processor time used", &[], processor);
        if let Some(boot) = booted(&boot) {
            readings.gauge("process_start_time_seconds", "When the process started", &[], boot + started);
        }
    }
}

fn resident() -> Option<f64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kib: f64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib * 1024.0)
}

/// Processor time used, and the start after the machine's, both in seconds.
fn times(stat: &str) -> Option<(f64, f64)> {
    // The second word is the program's name in brackets, which may hold anything.
    let words: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks = |at: usize| words.get(at)?.parse::<f64>().ok();
    Some(((ticks(11)? + ticks(12)?) / TICKS, ticks(19)? / TICKS))
}

fn booted(stat: &str) -> Option<f64> {
    stat.lines().find_map(|line| line.strip_prefix("btime "))?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_whose_name_has_brackets_and_spaces_is_read_all_the_same() {
        let stat = "7 (a) b (c) S 1 7 7 0 -1 4194560 9 0 0 0 150 50 0 0 20 0 4 0 12300 1 2";
        assert_eq!(times(stat), Some((2.0, 123.0)));
        assert_eq!(booted("cpu 1 2\nbtime 1700000000\nprocesses 4\n"), Some(1_700_000_000.0));
    }
}
