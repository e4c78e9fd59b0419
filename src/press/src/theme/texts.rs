//! `i18n/*.toml`: the fixed words of a theme.

use crate::fault::Fault;
use crate::toml_reader::{Origin, parse, with_syntax};
use std::collections::BTreeMap;
use toml::de::DeValue;

/// A text, with its plural forms where it counts something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Text {
    /// By CLDR category: zero, one, two, few, many.
    forms: BTreeMap<String, String>,
    other: String,
}

/// Language tag to key to text.
#[derive(Debug, Default)]
pub(super) struct Texts(BTreeMap<String, BTreeMap<String, Text>>);

impl Texts {
    /// Reads one file.
    pub(super) fn read(&mut self, file: &str, language: &str, source: &str) -> Result<(), Vec<Fault>> {
        let origin = Origin { file, text: source, first_line: 0 };
        let (table, syntax) = parse(origin);
        let mut faults = Vec::new();
        let texts = self.0.entry(language.to_owned()).or_default();
        for (key, value) in &table {
            let text = match value.get_ref() {
                DeValue::String(text) => Some(Text { forms: BTreeMap::new(), other: text.to_string() }),
                DeValue::Table(forms) => forms.get("other").and_then(|other| other.get_ref().as_str()).map(|other| {
                    let form = |(name, text): (&toml::Spanned<_>, &toml::Spanned<DeValue<'_>>)| -> Option<(String, String)> {
                        let name: &std::borrow::Cow<'_, str> = name.get_ref();
                        Some((name.to_string(), text.get_ref().as_str()?.to_owned()))
                    };
                    Text { forms: forms.iter().filter_map(form).collect(), other: other.to_owned() }
                }),
                _ => None,
            };
            match text {
                Some(text) => {
                    texts.insert(key.get_ref().to_string(), text);
                }
                None => {
                    let what =
                        format!("text `{}` is neither a string nor {{ one = …, other = … }}", key.get_ref());
                    faults.push(Fault::new(file, what, "").at(origin.line(key.span().start)));
                }
            }
        }
        let faults = with_syntax(syntax, faults);
        if faults.is_empty() { Ok(()) } else { Err(faults) }
    }

    /// The text in the language, in the language without region, or in English.
    pub(super) fn get(&self, language: &str, key: &str, count: Option<i64>) -> Option<&str> {
        let primary = language.split('-').next().unwrap_or(language);
        let (spoken, text) =
            [language, primary, "en"].iter().find_map(|tag| Some((*tag, self.0.get(*tag)?.get(key)?)))?;
        let form = count.and_then(|count| text.forms.get(category(spoken, count)));
        Some(form.unwrap_or(&text.other))
    }
}

/// The plural category of a whole number (CLDR), for the languages where it differs from "1 is one, all else is other".
fn category(language: &str, n: i64) -> &'static str {
    let (ten, hundred) = (n % 10, n % 100);
    let slavic_few = (2..=4).contains(&ten) && !(12..=14).contains(&hundred);
    match language.split('-').next().unwrap_or_default() {
        "ja" | "zh" | "ko" | "vi" | "th" | "id" | "ms" => "other",
        "fr" | "pt" if n == 0 || n == 1 => "one",
        "ar" => match n {
            0 => "zero",
            1 => "one",
            2 => "two",
            _ if (3..=10).contains(&hundred) => "few",
            _ if (11..=99).contains(&hundred) => "many",
            _ => "other",
        },
        "ru" | "uk" | "be" | "sr" | "hr" | "bs" => match () {
            () if ten == 1 && hundred != 11 => "one",
            () if slavic_few => "few",
            () => "many",
        },
        "pl" => match () {
            () if n == 1 => "one",
            () if slavic_few => "few",
            () => "many",
        },
        "cs" | "sk" if (2..=4).contains(&n) => "few",
        "he" if n == 2 => "two",
        _ if n == 1 => "one",
        _ => "other",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_know_the_plurals_of_their_language() {
        let mut texts = Texts::default();
        texts
            .read("en.toml", "en", "only = \"English\"\nn = { one = \"{n} page\", other = \"{n} pages\" }")
            .unwrap();
        texts
            .read(
                "pl.toml",
                "pl",
                "n = { one = \"strona\", few = \"strony\", many = \"stron\", other = \"strony\" }",
            )
            .unwrap();
        assert_eq!(texts.get("en", "n", Some(1)), Some("{n} page"));
        assert_eq!(["strona", "strony", "stron"], [1, 3, 12].map(|n| texts.get("pl", "n", Some(n)).unwrap()));
        assert_eq!(texts.get("pl", "only", None), Some("English"));
        assert_eq!(texts.get("pl", "missing", None), None);
    }
}
