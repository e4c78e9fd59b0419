//! Times on the wire: RFC 3339 in UTC.

use jiff::Timestamp;

/// Of milliseconds since the epoch.
pub(super) fn of(millis: i64) -> String {
    Timestamp::from_millisecond(millis).unwrap_or_default().to_string()
}
