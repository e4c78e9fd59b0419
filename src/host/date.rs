use std::io::Write;
use std::time::{Duration, UNIX_EPOCH};

use httpdate::HttpDate;

/// The `Date` header's line, made once a second.
#[derive(Default)]
pub(super) struct DateLine {
    second: u64,
    line: Vec<u8>,
}

impl DateLine {
    /// The line at a time in milliseconds since the epoch.
    pub(super) fn at(&mut self, millis: i64) -> &[u8] {
        let second = u64::try_from(millis / 1000).unwrap_or(0);
        if self.second != second || self.line.is_empty() {
            self.second = second;
            self.line.clear();
            let date = HttpDate::from(UNIX_EPOCH + Duration::from_secs(second));
            // Writing into memory does not fail.
            let _ = write!(self.line, "date: {date}\r\n");
        }
        &self.line
    }
}
