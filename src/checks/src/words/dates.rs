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

/// What a page calls a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Label {
    /// "Published", "posted".
    Published,
    /// "Updated", "last modified", "reviewed".
    Updated,
}

/// Every date in a text and where it begins. `03/04/2026` is read both ways.
pub(crate) fn find(text: &str) -> Vec<(usize, Date)> {
    let tokens = tokens(text);
    let mut found = Vec::new();
    for (at, (start, _)) in tokens.iter().enumerate() {
        let near: Vec<&str> = tokens[at..].iter().take(5).map(|(_, token)| *token).collect();
        found.extend(readings(&near).into_iter().map(|date| (*start, date)));
    }
    found
}

/// What the words before a date call it: those after the last full stop, at most 40 characters back.
pub(crate) fn label(before: &str) -> Option<Label> {
    const UPDATED: &[&str] = &[
        "updated",
        "update",
        "modified",
        "reviewed",
        "revised",
        "edited",
        "aktualisiert",
        "geändert",
        "stand",
        "überarbeitet",
        "jour",
        "modifié",
        "actualizado",
        "modificado",
        "aggiornato",
        "modificato",
        "atualizado",
        "bijgewerkt",
        "gewijzigd",
        "更新",
    ];
    const PUBLISHED: &[&str] = &[
        "published",
        "posted",
        "written",
        "created",
        "veröffentlicht",
        "publiziert",
        "erschienen",
        "publié",
        "publicado",
        "pubblicato",
        "gepubliceerd",
        "geplaatst",
        "公開",
        "发布",
        "發布",
        "投稿",
    ];
    let from = before.char_indices().rev().take(40).last().map_or(0, |(at, _)| at);
    let near = super::fold(before[from..].rsplit(". ").next().unwrap_or(""));
    let last = |words: &[&str]| words.iter().filter_map(|word| near.rfind(word)).max();
    match (last(UPDATED), last(PUBLISHED)) {
        (None, None) => None,
        (updated, published) if updated > published => Some(Label::Updated),
        _ => Some(Label::Published),
    }
}

fn tokens(text: &str) -> Vec<(usize, &str)> {
    let mut tokens = Vec::new();
    let mut start: Option<(usize, Class)> = None;
    for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
        let class = classify(c);
        if let Some((from, kind)) = start
            && kind != class
        {
            tokens.push((from, &text[from..at]));
            start = None;
        }
        // Signs stand alone; letters and digits run together with their like.
        match class {
            Class::Space => {}
            Class::Sign => tokens.push((at, &text[at..at + c.len_utf8()])),
            _ if start.is_none() => start = Some((at, class)),
            _ => {}
        }
    }
    tokens
}

#[derive(Clone, Copy, PartialEq)]
enum Class {
    Digit,
    Letter,
    Sign,
    Space,
}

fn classify(c: char) -> Class {
    match c {
        '0'..='9' => Class::Digit,
        c if c.is_alphabetic() && !super::is_unspaced_wide(c) => Class::Letter,
        c if c.is_whitespace() => Class::Space,
        _ => Class::Sign,
    }
}

fn readings(tokens: &[&str]) -> Vec<Date> {
    let number = |at: usize| tokens.get(at).and_then(|token| token.parse::<u16>().ok());
    let sign = |at: usize| tokens.get(at).copied().unwrap_or("");
    let month_at = |at: usize| tokens.get(at).and_then(|token| month(&token.to_lowercase()));
    let date = |year: Option<u16>, month: Option<u16>, day: Option<u16>| {
        let (year, month, day) = (year?, month?, day?);
        let plausible = (1900..=2199).contains(&year);
        plausible.then(|| {
            Date::new(year as i16, u8::try_from(month).ok()? as i8, u8::try_from(day).ok()? as i8).ok()
        })?
    };
    let mut found = Vec::new();
    match (sign(1), sign(3)) {
        ("-", "-") | ("年", "月") | ("/", "/") if number(0).is_some_and(|year| year > 999) => {
            found.extend(date(number(0), number(2), number(4)));
        }
        (".", ".") => found.extend(date(number(4), number(2), number(0))),
        ("/", "/") | ("-", "-") => {
            found.extend(date(number(4), number(2), number(0)));
            found.extend(date(number(4), number(0), number(2)));
        }
        _ => {}
    }
    if number(0).is_some() {
        // 21 November 2026, 21. November 2026, 21 de noviembre de 2026, 21st November 2026
        let skip = |at: usize| {
            at + usize::from(matches!(sign(at), "." | "de" | "st" | "nd" | "rd" | "th" | "er" | "of"))
        };
        let at = skip(1);
        let year = skip(at + 1);
        let year = year + usize::from(sign(year) == ",");
        found.extend(date(number(year), month_at(at), number(0)));
    } else if month_at(0).is_some() {
        // November 21, 2026
        let at = 1 + usize::from(sign(1) == ".");
        let mut year = at + 1 + usize::from(matches!(sign(at + 1), "st" | "nd" | "rd" | "th"));
        year += usize::from(sign(year) == ",");
        found.extend(date(number(year), month_at(0), number(at)));
    }
    found
}

pub(crate) fn is_month(word: &str) -> bool {
    month(word).is_some()
}

/// The month a word names, in the languages with a list; short forms of three letters or more.
fn month(word: &str) -> Option<u16> {
    const MONTHS: [&[&str]; 12] = [
        &[
            "january", "jan", "januar", "jänner", "janvier", "janv", "enero", "ene", "gennaio", "gen",
            "janeiro", "januari",
        ],
        &[
            "february",
            "feb",
            "februar",
            "février",
            "févr",
            "febrero",
            "febbraio",
            "fevereiro",
            "fev",
            "februari",
        ],
        &["march", "mar", "märz", "mär", "mars", "marzo", "março", "maart", "mrt"],
        &["april", "apr", "avril", "avr", "abril", "abr", "aprile"],
        &["may", "mai", "mayo", "maggio", "mag", "maio", "mei"],
        &["june", "jun", "juni", "juin", "junio", "giugno", "giu", "junho"],
        &["july", "jul", "juli", "juillet", "juil", "julio", "luglio", "lug", "julho"],
        &["august", "aug", "août", "agosto", "ago", "augustus"],
        &["september", "sep", "sept", "septembre", "septiembre", "settembre", "set", "setembro"],
        &["october", "oct", "oktober", "okt", "octobre", "octubre", "ottobre", "ott", "outubro", "out"],
        &["november", "nov", "novembre", "noviembre", "novembro"],
        &[
            "december",
            "dec",
            "dezember",
            "dez",
            "décembre",
            "déc",
            "diciembre",
            "dic",
            "dicembre",
            "dezembro",
        ],
    ];
    MONTHS.iter().position(|names| names.contains(&word)).and_then(|at| u16::try_from(at + 1).ok())
}
