//! Dates as pages write them.

use jiff::Timestamp;
use jiff::civil::Date;

/// The instant a machine-readable date names: RFC 3339, RFC 2822, or a day (its first moment in UTC).
pub(crate) fn instant(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    // Names of months and zones were folded to lower case by the caller of directives; RFC 2822 wants them as written.
    let capital = capitalised(text);
    text.to_ascii_uppercase()
        .parse::<Timestamp>()
        .ok()
        .or_else(|| jiff::fmt::rfc2822::parse(&capital).ok().map(|zoned| zoned.timestamp()))
        .or_else(|| day(text)?.to_zoned(jiff::tz::TimeZone::UTC).ok().map(|zoned| zoned.timestamp()))
}

/// The day a machine-readable date names, as written: `2026-11-21`, `2026-11-21T10:00:00+02:00`.
pub(crate) fn day(text: &str) -> Option<Date> {
    let text = text.trim();
    let head = text.get(..10)?;
    let separator = text[10..].chars().next();
    if separator.is_some_and(|c| !matches!(c, 'T' | 't' | ' ')) {
        return None;
    }
    head.parse().ok()
}

fn capitalised(text: &str) -> String {
    let word = |word: &str| {
        let mut letters = word.chars();
        match letters.next() {
            Some(first) if word == "gmt" || word == "utc" => {
                format!("{}{}", first.to_ascii_uppercase(), letters.as_str().to_ascii_uppercase())
            }
            Some(first) => format!("{}{}", first.to_ascii_uppercase(), letters.as_str()),
            None => String::new(),
        }
    };
    text.split(' ').map(word).collect::<Vec<_>>().join(" ")
}
