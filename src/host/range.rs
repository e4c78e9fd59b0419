//! One range of bytes (RFC 9110, section 14). Several at once, or another unit, are answered with the whole.

use std::ops::Range;

/// What a Range header asks for of a content of `len` bytes.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Asked {
    /// Everything: there is no range, or one that may be ignored.
    Whole,
    /// These bytes.
    Part(Range<u64>),
    /// Bytes that are not there.
    Nothing,
}

pub(super) fn asked(header: Option<&str>, len: u64) -> Asked {
    let Some(spec) = header.and_then(|text| text.trim().strip_prefix("bytes=")) else { return Asked::Whole };
    let Some((first, last)) = spec.split_once('-') else { return Asked::Whole };
    let number = |text: &str| match text.trim() {
        "" => Some(None),
        digits if digits.bytes().all(|b| b.is_ascii_digit()) => {
            Some(Some(digits.parse().unwrap_or(u64::MAX)))
        }
        _ => None,
    };
    match (number(first), number(last)) {
        (Some(Some(first)), Some(last)) => {
            let end = last.map_or(len, |last| last.saturating_add(1).min(len));
            match first {
                first if last.is_some_and(|last| last < first) => Asked::Whole,
                first if first >= len => Asked::Nothing,
                first => Asked::Part(first..end),
            }
        }
        (Some(None), Some(Some(suffix))) => match suffix.min(len) {
            0 => Asked::Nothing,
            suffix => Asked::Part(len - suffix..len),
        },
        _ => Asked::Whole,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read_as_the_standard_says() {
        assert_eq!(asked(Some("bytes=0-4"), 10), Asked::Part(0..5));
        assert_eq!(asked(Some("bytes=8-99"), 10), Asked::Part(8..10));
        assert_eq!(asked(Some("bytes=3-"), 10), Asked::Part(3..10));
        assert_eq!(asked(Some("bytes=-4"), 10), Asked::Part(6..10));
        assert_eq!(asked(Some("bytes=-99"), 10), Asked::Part(0..10));
        assert_eq!(asked(Some("bytes=10-"), 10), Asked::Nothing);
        assert_eq!(asked(Some("bytes=-0"), 10), Asked::Nothing);
        assert_eq!(asked(Some("bytes=99999999999999999999-"), 10), Asked::Nothing);
        for ignored in ["bytes=5-2", "lines=1-2", "bytes=a-b", "bytes=0-1,3-4", "bytes=-", "bytes"] {
            assert_eq!(asked(Some(ignored), 10), Asked::Whole, "{ignored}");
        }
        assert_eq!(asked(None, 10), Asked::Whole);
    }
}
