//! How times and numbers are written.

use minijinja::{Environment, Value};

use crate::base::Clock;
use crate::base::clock::timestamp;

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

pub(super) fn add_to(templates: &mut Environment<'static>, clock: Clock) {
    templates.add_filter("ago", move |at: i64| ago(clock.millis(), at));
    templates.add_filter("when", |at: i64| timestamp(at).strftime("%-d %B %Y, %H:%M UTC").to_string());
    templates.add_filter("iso", |at: i64| timestamp(at).to_string());
    templates.add_filter("number", |number: i64| grouped(number));
    templates.add_filter("bytes", |bytes: i64| size(bytes));
    templates.add_filter("plural", |count: i64, one: String, many: String| {
        Value::from(format!("{} {}", grouped(count), if count == 1 { one } else { many }))
    });
}

/// How long ago, or until when, in the one unit that tells most.
fn ago(now: i64, at: i64) -> String {
    let seconds = now.saturating_sub(at) / 1000;
    let (length, ahead) = (seconds.abs(), seconds < 0);
    if length < 45 {
        return if ahead { "in a moment".into() } else { "just now".into() };
    }
    let (count, unit) = match length {
        0..2700 => ((length + 30) / MINUTE, "minute"),
        2700..79200 => ((length + HOUR / 2) / HOUR, "hour"),
        79200..2_592_000 => ((length + DAY / 2) / DAY, "day"),
        _ => return timestamp(at).strftime("%-d %b %Y").to_string(),
    };
    let s = if count == 1 { "" } else { "s" };
    if ahead { format!("in {count} {unit}{s}") } else { format!("{count} {unit}{s} ago") }
}

/// Thousands apart, by a thin space that does not break.
fn grouped(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut text = if number < 0 { "−".to_owned() } else { String::new() };
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push('\u{202f}');
        }
        text.push(digit);
    }
    text
}

#[expect(clippy::cast_precision_loss, reason = "one digit behind the point is shown")]
fn size(bytes: i64) -> String {
    match bytes {
        ..1000 => format!("{bytes} B"),
        1000..1_000_000 => format!("{:.1} kB", bytes as f64 / 1e3),
        1_000_000..1_000_000_000 => format!("{:.1} MB", bytes as f64 / 1e6),
        _ => format!("{:.1} GB", bytes as f64 / 1e9),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_told_in_the_unit_that_tells_most() {
        let now = 1_800_000_000_000;
        let told = |seconds: i64| ago(now, now - seconds * 1000);
        assert_eq!(told(3), "just now");
        assert_eq!(told(60), "1 minute ago");
        assert_eq!(told(59 * MINUTE), "1 hour ago");
        assert_eq!(told(26 * HOUR), "1 day ago");
        assert_eq!(told(-3 * DAY), "in 3 days");
        assert_eq!(told(40 * DAY), "6 Dec 2026");
    }

    #[test]
    fn numbers_have_their_thousands_apart() {
        assert_eq!((grouped(999), grouped(1_234_567)), ("999".into(), "1\u{202f}234\u{202f}567".into()));
        assert_eq!(
            (size(900), size(1_500), size(2_000_000)),
            ("900 B".into(), "1.5 kB".into(), "2.0 MB".into())
        );
    }
}
