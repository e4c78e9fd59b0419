//! Dates as authors write them, kept as RFC 3339 text (which also sorts as text within one form).

/// `2026-11-21`, `2026-11-21T10:00:00`, `2026-11-21 10:00:00Z`, … to a full date or a UTC instant in seconds.
pub(crate) fn normalise(text: &str) -> Option<String> {
    let text = text.trim();
    if text.len() == 10 {
        return text.parse::<jiff::civil::Date>().ok().map(|date| date.to_string());
    }
    let instant = match text.parse::<jiff::Timestamp>() {
        Ok(instant) => instant,
        // Without an offset UTC is meant: the build must not depend on the machine's time zone.
        Err(_) => {
            let civil = text.parse::<jiff::civil::DateTime>().ok()?;
            civil.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp()
        }
    };
    Some(jiff::Timestamp::from_second(instant.as_second()).ok()?.to_string())
}

/// The same as an instant, which Atom asks for: a bare date becomes its midnight in UTC.
pub(crate) fn instant(date: &str) -> String {
    if date.len() == 10 { format!("{date}T00:00:00Z") } else { date.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_in_the_forms_authors_use() {
        assert_eq!(normalise("2026-11-21").as_deref(), Some("2026-11-21"));
        assert_eq!(normalise("2026-11-21T10:00:00+02:00").as_deref(), Some("2026-11-21T08:00:00Z"));
        assert_eq!(normalise("2026-11-21 10:00:00").as_deref(), Some("2026-11-21T10:00:00Z"));
        assert_eq!(normalise("soon"), None);
        assert_eq!(instant("2026-11-21"), "2026-11-21T00:00:00Z");
    }
}
