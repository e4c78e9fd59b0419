//! Schemas of the document, as people read them.

use serde::Serialize;
use serde_json::Value;

/// The name of a schema that is referred to.
pub(super) fn target(schema: &Value) -> Option<&str> {
    schema["$ref"].as_str().or_else(|| schema["allOf"][0]["$ref"].as_str())?.rsplit('/').next()
}

/// What a value is.
#[derive(Debug, Clone, Serialize)]
pub(in crate::console) struct Told {
    /// In words: `string`, `list of`.
    words: String,
    /// The schema that stands for it, or for what a list holds.
    name: Option<String>,
    /// Bounds and what holds where nothing is given.
    notes: Vec<String>,
}

impl Told {
    pub(super) fn of(schema: &Value) -> Told {
        let notes = notes(schema);
        if let Some(name) = target(schema) {
            return Told { words: String::new(), name: Some(name.to_owned()), notes };
        }
        if schema["type"] == "array" {
            let inner = Told::of(&schema["items"]);
            let words = format!("list of {}", inner.words).trim_end().to_owned();
            return Told { words, name: inner.name, notes };
        }
        let words = match (schema["type"].as_str(), schema["format"].as_str()) {
            (Some("string"), Some("date-time")) => "time (RFC 3339)",
            (Some("string"), Some("binary")) => "bytes",
            (Some(word), _) => word,
            (None, _) => "any value",
        };
        Told { words: words.to_owned(), name: None, notes }
    }
}

fn notes(schema: &Value) -> Vec<String> {
    let number = |name: &str| schema[name].as_f64().map(|number| number.to_string());
    let span = |least: &str, most: &str, what: &str| match (number(least), number(most)) {
        (Some(least), Some(most)) => Some(format!("{least} to {most}{what}")),
        (Some(least), None) => Some(format!("at least {least}{what}")),
        (None, Some(most)) => Some(format!("at most {most}{what}")),
        (None, None) => None,
    };
    let words = schema["enum"].as_array().map(|words| {
        words
            .iter()
            .map(|word| word.as_str().map_or_else(|| word.to_string(), str::to_owned))
            .collect::<Vec<_>>()
            .join(", ")
    });
    let default = Some(&schema["default"]).filter(|default| !default.is_null());
    [
        words.map(|words| format!("one of {words}")),
        span("minimum", "maximum", ""),
        span("minLength", "maxLength", " characters"),
        span("minItems", "maxItems", " entries"),
        default.map(|default| format!("without it: {default}")),
    ]
    .into_iter()
    .flatten()
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_type_is_told_in_words_with_its_bounds_and_a_link_to_what_it_holds() {
        let list = Told::of(
            &json!({ "type": "array", "maxItems": 10, "items": { "$ref": "#/components/schemas/Page" } }),
        );
        assert_eq!((list.words.as_str(), list.name.as_deref()), ("list of", Some("Page")));
        assert_eq!(list.notes, ["at most 10 entries"]);
        let limit = Told::of(&json!({ "type": "integer", "minimum": 1.0, "maximum": 100.0, "default": 20 }));
        assert_eq!(
            (limit.words.as_str(), limit.notes),
            ("integer", vec!["1 to 100".to_owned(), "without it: 20".into()])
        );
    }
}
