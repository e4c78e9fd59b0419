//! "Quantified fact": a number together with what it measures or counts.

use super::is_unspaced_wide;
use super::language;

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

/// "4 min read" says something about the page, not about its subject.
fn is_reading_time(after: &str) -> bool {
    let start: String = after.chars().take(24).collect::<String>().to_lowercase();
    let mut words = start.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty());
    let minutes = words.next().is_some_and(|word| word.starts_with("min"));
    let stems = ["read", "les", "lect", "lett", "leit"];
    minutes && words.take(2).any(|word| stems.iter().any(|stem| word.starts_with(stem)))
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

fn is_currency(c: char) -> bool {
    matches!(c, '$' | '€' | '£' | '¥' | '￥' | '₹' | '₩' | '₽' | '₺' | '₴' | '₿' | '¢')
}

fn is_currency_code(word: &str) -> bool {
    matches!(
        word,
        "EUR" | "USD" | "GBP" | "CHF" | "JPY" | "CNY" | "SEK" | "NOK" | "DKK" | "PLN" | "INR" | "AUD" | "CAD"
    )
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

fn is_share(word: &str) -> bool {
    matches!(word, "of" | "out" | "von" | "sur" | "de" | "su" | "van" | "in")
}

fn is_unit(word: &str) -> bool {
    matches!(
        word,
        "ms" | "s"
            | "µs"
            | "ns"
            | "sec"
            | "min"
            | "h"
            | "hr"
            | "hrs"
            | "d"
            | "B"
            | "kB"
            | "KB"
            | "MB"
            | "GB"
            | "TB"
            | "PB"
            | "KiB"
            | "MiB"
            | "GiB"
            | "TiB"
            | "bit"
            | "kbit"
            | "Mbit"
            | "Gbit"
            | "kbps"
            | "Mbps"
            | "Gbps"
            | "MB/s"
            | "GB/s"
            | "m/s"
            | "km/h"
            | "req/s"
            | "mm"
            | "cm"
            | "m"
            | "km"
            | "µm"
            | "nm"
            | "in"
            | "ft"
            | "mi"
            | "m²"
            | "m³"
            | "km²"
            | "ha"
            | "mg"
            | "g"
            | "kg"
            | "t"
            | "lb"
            | "oz"
            | "ml"
            | "l"
            | "L"
            | "W"
            | "kW"
            | "MW"
            | "GW"
            | "Wh"
            | "kWh"
            | "MWh"
            | "V"
            | "A"
            | "mA"
            | "Hz"
            | "kHz"
            | "MHz"
            | "GHz"
            | "px"
            | "pt"
            | "em"
            | "rem"
            | "dpi"
            | "fps"
            | "rpm"
            | "dB"
            | "K"
            | "°C"
            | "°F"
            | "bar"
            | "Pa"
            | "kPa"
            | "x"
            | "k"
            | "M"
            | "bn"
            | "million"
            | "billion"
            | "trillion"
            | "Mio"
            | "Mrd"
            | "Million"
            | "Millionen"
            | "Milliarde"
            | "Milliarden"
            | "millions"
            | "milliards"
            | "millones"
            | "milioni"
            | "milhões"
            | "miljoen"
            | "percent"
            | "Prozent"
            | "percento"
            | "procent"
            | "cent"
            | "times"
            | "mal"
            | "fois"
            | "veces"
            | "volte"
    )
}

/// A word before the number that makes it a name: "step 3", "chapter 4", "RFC 9309".
fn is_labelled(before: &str) -> bool {
    const LABELS: &[&str] = &[
        "step",
        "chapter",
        "figure",
        "fig",
        "table",
        "section",
        "sect",
        "version",
        "part",
        "page",
        "level",
        "no",
        "nr",
        "number",
        "rfc",
        "iso",
        "issue",
        "port",
        "error",
        "status",
        "article",
        "art",
        "volume",
        "vol",
        "question",
        "appendix",
        "line",
        "item",
        "option",
        "phase",
        "rule",
        "note",
        "edition",
        "tier",
        "grade",
        "class",
        "category",
        "room",
        "track",
        "example",
        "listing",
        "equation",
        "kapitel",
        "abbildung",
        "tabelle",
        "abschnitt",
        "seite",
        "schritt",
        "teil",
        "artikel",
        "nummer",
        "chapitre",
        "tableau",
        "étape",
        "partie",
        "numéro",
        "capítulo",
        "figura",
        "tabla",
        "paso",
        "página",
        "parte",
        "número",
        "capitolo",
        "tabella",
        "passo",
        "pagina",
        "sezione",
        "numero",
        "hoofdstuk",
        "stap",
        "tabel",
        "pagina",
        "deel",
    ];
    let trimmed = before.trim_end_matches([' ', '\u{a0}', '.', '\u{202f}']);
    let word = trimmed.rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or("").to_lowercase();
    LABELS.contains(&word.as_str())
}

/// "Windows 11 laptops": a capitalised word in the middle of a sentence and a short number make a name.
fn is_name(before: &str) -> bool {
    let Some(trimmed) = before.strip_suffix([' ', '\u{a0}']) else { return false };
    let start = trimmed.rfind(|c: char| !c.is_alphanumeric()).map_or(0, |at| at + 1);
    let start = (start..=trimmed.len()).find(|at| trimmed.is_char_boundary(*at)).unwrap_or(0);
    let word = &trimmed[start..];
    let opens = trimmed[..start]
        .trim_end()
        .chars()
        .next_back()
        .is_none_or(|c| matches!(c, '.' | '!' | '?' | ':' | '•'));
    word.starts_with(char::is_uppercase) && !opens && !language::is_function_word(&word.to_lowercase())
}
