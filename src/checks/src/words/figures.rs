//! "Quantified fact": a number together with what it measures or counts.

use super::is_unspaced_wide;
use super::language;

mod names;
mod units;

use names::{is_labelled, is_name, is_reading_time};
use units::{is_currency, is_currency_code, is_share, is_unit};

/// A number in a text and its surroundings.
struct Number<'t> {
    raw: &'t str,
    before: &'t str,
    after: &'t str,
}

/// The quantities of a text, as written ("30 ms", "1,200 hospitals"), in order.
///
/// `capitals_name` says that a capital letter marks a name (not so in German, where every noun has one).
pub(crate) fn quantities(text: &str, capitals_name: bool) -> Vec<String> {
    numbers(text).filter_map(|number| quantity(&number, capitals_name)).collect()
}

fn numbers(text: &str) -> impl Iterator<Item = Number<'_>> {
    let mut from = 0;
    std::iter::from_fn(move || {
        let start = from + text.get(from..)?.find(|c: char| c.is_ascii_digit())?;
        let end = start + number_length(&text[start..]);
        from = end;
        Some(Number { raw: &text[start..end], before: &text[..start], after: &text[end..] })
    })
}

/// Digits with separators between digits: `1,200`, `2.5`, `10 000` (groups of three), `2026-11-21`.
fn number_length(text: &str) -> usize {
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let mut end = digits(text);
    loop {
        let Some(separator) = text[end..].chars().next() else { return end };
        let group = digits(&text[end + separator.len_utf8()..]);
        let joins = match separator {
            '.' | ',' | ':' | '-' | '/' | '\'' | '’' => group > 0,
            ' ' | '\u{a0}' | '\u{202f}' => group == 3 && (end <= 3 || text[..end].contains(separator)),
            _ => false,
        };
        if !joins {
            return end;
        }
        end += separator.len_utf8() + group;
    }
}

fn quantity(number: &Number<'_>, capitals_name: bool) -> Option<String> {
    let Number { raw, before, after } = number;
    let dots = raw.matches('.').count();
    let range =
        raw.contains('-') && raw.split('-').count() == 2 && !is_year(raw.split('-').next().unwrap_or(""));
    // Times, versions, addresses, dates: 10:30, 1.2.3, 21/11/2026, 2026-11-21.
    if raw.contains([':', '/'])
        || raw.contains('-') && !range
        || dots > 1 && !raw.split('.').skip(1).all(|part| part.len() == 3)
    {
        return None;
    }
    let last = before.chars().next_back();
    if last.is_some_and(|c| c.is_alphanumeric() || matches!(c, '#' | '§' | '/' | '_' | '第' | '№' | '.'))
    {
        return None;
    }
    // "COVID-19", "utf-8" name things; "-5 °C" measures.
    let stripped = before.strip_suffix(['-', '‑']);
    if stripped.is_some_and(|rest| rest.chars().next_back().is_some_and(char::is_alphabetic)) {
        return None;
    }
    if let Some(currency) = currency_before(before) {
        return Some(format!("{currency}{raw}"));
    }
    let (unit, sure) = unit_after(raw, after)?;
    if is_reading_time(after) {
        return None;
    }
    let spaced = if after.starts_with(char::is_whitespace) { " " } else { "" };
    if !sure && (is_labelled(before) || capitals_name && is_name(before)) {
        return None;
    }
    Some(format!("{raw}{spaced}{unit}"))
}

fn is_year(raw: &str) -> bool {
    raw.len() == 4 && raw.parse::<u32>().is_ok_and(|year| (1500..=2199).contains(&year))
}

fn currency_before(before: &str) -> Option<&str> {
    let trimmed = before.trim_end_matches([' ', '\u{a0}', '\u{202f}']);
    let symbol = trimmed.chars().next_back()?;
    if is_currency(symbol) {
        return Some(&trimmed[trimmed.len() - symbol.len_utf8()..]);
    }
    let word = trimmed.rsplit(|c: char| !c.is_alphanumeric()).next()?;
    is_currency_code(word).then_some(word)
}

/// What the number measures, and whether that is a unit (which no label or name before it can take back).
fn unit_after<'t>(raw: &str, after: &'t str) -> Option<(&'t str, bool)> {
    let rest = after.trim_start_matches([' ', '\u{a0}', '\u{202f}']);
    let attached = rest.len() == after.len();
    let first = rest.chars().next()?;
    if matches!(first, '%' | '‰' | '°' | '×' | '％') || is_currency(first) {
        return Some((&rest[..first.len_utf8()], true));
    }
    if is_unspaced_wide(first) {
        // Years, months, days, numbers in a row: dates and labels.
        return (!"年月日号章节頁页時时分".contains(first)).then(|| (&rest[..first.len_utf8()], true));
    }
    let rest = if attached { rest.strip_prefix(['-', '‑']).unwrap_or(rest) } else { rest };
    let hyphened = attached && after.starts_with(['-', '‑']);
    let length = rest
        .find(|c: char| !c.is_alphanumeric() && !matches!(c, '/' | 'µ' | '²' | '³'))
        .unwrap_or(rest.len());
    let word = &rest[..length];
    if !word.starts_with(char::is_alphabetic) && !word.starts_with('µ') {
        return None;
    }
    if is_unit(word) || is_currency_code(word) {
        return Some((word, true));
    }
    if attached && !hyphened || is_year(raw) {
        return None;
    }
    let lower = word.to_lowercase();
    // "6 of 10", "6 out of 10"
    if is_share(&lower) {
        let tail = rest[length..].trim_start();
        let tail = tail.strip_prefix("of ").unwrap_or(tail);
        return tail.starts_with(|c: char| c.is_ascii_digit()).then_some((word, true));
    }
    let counts =
        word.chars().count() >= 3 && !language::is_function_word(&lower) && !super::dates::is_month(&lower);
    counts.then_some((word, false))
}
