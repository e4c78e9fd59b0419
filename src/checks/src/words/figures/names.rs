//! Numbers that name something, or that speak about the page.

use crate::words::language;

/// A word before the number that makes it a name: "step 3", "chapter 4", "RFC 9309".
pub(super) fn is_labelled(before: &str) -> bool {
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
pub(super) fn is_name(before: &str) -> bool {
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

/// "4 min read" says something about the page, not about its subject.
pub(super) fn is_reading_time(after: &str) -> bool {
    let start: String = after.chars().take(24).collect::<String>().to_lowercase();
    let mut words = start.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty());
    let minutes = words.next().is_some_and(|word| word.starts_with("min"));
    let stems = ["read", "les", "lect", "lett", "leit"];
    minutes && words.take(2).any(|word| stems.iter().any(|stem| word.starts_with(stem)))
}
