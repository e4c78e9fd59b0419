//! `i18n/*.toml`: the fixed words of a theme.

use crate::fault::Fault;
use crate::toml_reader::{Origin, parse};
use std::collections::BTreeMap;
use toml::de::DeValue;

/// A text, with its plural where it counts something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Text {
    one: Option<String>,
    other: String,
}

/// Language tag to key to text.
#[derive(Debug, Default)]
pub(super) struct Texts(BTreeMap<String, BTreeMap<String, Text>>);

impl Texts {
    /// Reads one file.
    pub(super) fn read(&mut self, file: &str, language: &str, source: &str) -> Result<(), Vec<Fault>> {
        let origin = Origin { file, text: source, first_line: 0 };
        let table = parse(origin).map_err(|fault| vec![fault])?;
        let mut faults = Vec::new();
        let texts = self.0.entry(language.to_owned()).or_default();
        for (key, value) in &table {
            let text = match value.get_ref() {
                DeValue::String(text) => Some(Text { one: None, other: text.to_string() }),
                DeValue::Table(forms) => {
                    let form = |name: &str| {
                        forms.get(name).and_then(|form| form.get_ref().as_str()).map(ToOwned::to_owned)
                    };
                    form("other").map(|other| Text { one: form("one"), other })
                }
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
        if faults.is_empty() { Ok(()) } else { Err(faults) }
    }

    /// The text in the language, in the language without region, or in English.
    pub(super) fn get(&self, language: &str, key: &str, count: Option<i64>) -> Option<&str> {
        let primary = language.split('-').next().unwrap_or(language);
        let text = [language, primary, "en"].iter().find_map(|language| self.0.get(*language)?.get(key))?;
        Some(match (&text.one, count) {
            (Some(one), Some(1)) => one,
            _ => &text.other,
        })
    }
}
