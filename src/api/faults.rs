//! Faults of a body in plain words.

use jsonschema::ValidationError;
use jsonschema::error::ValidationErrorKind as Kind;
use serde_json::Value;

use super::problem::FieldFault;

/// The longest piece of the sender's text that is said back.
const SAID_BACK: usize = 60;

/// What a validator found, in plain words; several unknown fields are several faults.
pub(super) fn told(error: &ValidationError<'_>) -> Vec<FieldFault> {
    let at = error.instance_path().to_string();
    let one =
        |code: &str, message: String| vec![FieldFault { pointer: at.clone(), code: code.into(), message }];
    match error.kind() {
        Kind::AdditionalProperties { unexpected } => {
            let fault = |name: &String| FieldFault {
                pointer: format!("{at}/{}", escaped(name)),
                code: "unknown_field".into(),
                message: format!("There is no field \"{}\" here; check its name.", cut(name)),
            };
            unexpected.iter().map(fault).collect()
        }
        Kind::Required { property } => {
            let name = property.as_str().unwrap_or_default();
            let pointer = format!("{at}/{}", escaped(name));
            vec![FieldFault { pointer, code: "required".into(), message: "This field is required.".into() }]
        }
        Kind::Type { .. } => {
            let kind = kind_of(error.instance());
            one("type", format!("A {kind} stands here: {}", schema_says(error)))
        }
        Kind::Enum { options } => one("enum", format!("Has to be one of {options}.")),
        Kind::MinLength { limit } => one("too_short", format!("Has to have at least {limit} characters.")),
        Kind::MaxLength { limit } => one("too_long", format!("May have at most {limit} characters.")),
        Kind::MinItems { limit } => one("too_few", format!("Has to have at least {limit} items.")),
        Kind::MaxItems { limit } => one("too_many", format!("May have at most {limit} items.")),
        Kind::Minimum { limit } => one("too_small", format!("Has to be {limit} at least.")),
        Kind::Maximum { limit } => one("too_large", format!("May be {limit} at most.")),
        Kind::Pattern { pattern } => one("pattern", format!("Has to match {pattern}.")),
        kind => one(kind.keyword(), format!("Does not fit: {}.", kind.keyword())),
    }
}

fn schema_says(error: &ValidationError<'_>) -> String {
    match error.kind() {
        Kind::Type { kind: jsonschema::error::TypeKind::Single(kind) } => {
            format!("it has to be of type {kind}.")
        }
        _ => "it has to be of another type.".to_owned(),
    }
}

fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "text",
        Value::Array(_) => "list",
        Value::Object(_) => "object",
    }
}

/// A name as a part of a JSON pointer (RFC 6901).
fn escaped(name: &str) -> String {
    cut(name).replace('~', "~0").replace('/', "~1")
}

fn cut(text: &str) -> String {
    text.chars().take(SAID_BACK).collect()
}
