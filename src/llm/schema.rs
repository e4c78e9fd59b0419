//! The shape that an answer has to have.

use serde_json::Value;

/// A JSON Schema, of which these words are understood: `type`, `properties`, `required`, `additionalProperties: false`,
/// `items`, `enum`, `const`, `anyOf`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JsonSchema {
    /// What providers call it by.
    pub name: String,
    pub schema: Value,
}

/// Deeper answers are refused: no schema of ours needs it.
const DEPTH: usize = 32;

impl JsonSchema {
    /// Whether a value has this shape; if not, where it differs, in words that a model can act on.
    ///
    /// # Errors
    /// The first difference.
    pub fn check(&self, value: &Value) -> Result<(), String> {
        check(&self.schema, value, "$", DEPTH)
    }
}

fn check(schema: &Value, value: &Value, at: &str, depth: usize) -> Result<(), String> {
    if depth == 0 {
        return Err(format!("{at} is nested too deep"));
    }
    if let Some(options) = schema["anyOf"].as_array() {
        return any(options, value, at, depth);
    }
    if let Some(kind) = schema["type"].as_str()
        && !is_of(kind, value)
    {
        return Err(format!("{at} should be of type {kind}"));
    }
    if let Some(wanted) = schema.get("const")
        && wanted != value
    {
        return Err(format!("{at} should be {wanted}"));
    }
    if let Some(options) = schema["enum"].as_array()
        && !options.contains(value)
    {
        return Err(format!("{at} should be one of {}", schema["enum"]));
    }
    match value {
        Value::Object(fields) => object(schema, fields, at, depth),
        Value::Array(items) if schema["items"].is_object() => {
            let items = items.iter().enumerate();
            items.into_iter().try_for_each(|(index, item)| {
                check(&schema["items"], item, &format!("{at}[{index}]"), depth - 1)
            })
        }
        _ => Ok(()),
    }
}

fn object(
    schema: &Value,
    fields: &serde_json::Map<String, Value>,
    at: &str,
    depth: usize,
) -> Result<(), String> {
    for name in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        if !fields.contains_key(name) {
            return Err(format!("{at}.{name} is missing"));
        }
    }
    for (name, field) in fields {
        match schema["properties"].get(name) {
            Some(schema) => check(schema, field, &format!("{at}.{name}"), depth - 1)?,
            None if schema["additionalProperties"] == Value::Bool(false) => {
                return Err(format!("{at}.{name} should not be there"));
            }
            None => {}
        }
    }
    Ok(())
}

/// The difference from the option that the value's own `type` field names, if there is one, tells most.
fn any(options: &[Value], value: &Value, at: &str, depth: usize) -> Result<(), String> {
    let mut first = None;
    for option in options {
        match check(option, value, at, depth - 1) {
            Ok(()) => return Ok(()),
            Err(why) if option["properties"]["type"]["const"] == value["type"] => return Err(why),
            Err(why) => first = first.or(Some(why)),
        }
    }
    Err(first.unwrap_or_else(|| format!("{at} may not be there")))
}

fn is_of(kind: &str, value: &Value) -> bool {
    match kind {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "null" => value.is_null(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::task::{PageKind, Task, WritePage};
    use serde_json::json;

    fn page() -> super::JsonSchema {
        let sources = Vec::new();
        let topic = "Ownership".to_owned();
        Task::WritePage(WritePage { kind: PageKind::Article, topic, brief: None, language: None, sources })
            .schema()
    }

    #[test]
    fn a_page_of_every_block_has_the_shape() {
        let sentence = json!({ "text": "A.", "quote": "A.", "source_id": "s1" });
        let page_value = json!({ "title": "T", "description": "D", "sections": [ { "heading": "", "blocks": [
            { "type": "paragraph", "sentences": [sentence] },
            { "type": "list", "ordered": false, "items": [sentence] },
            { "type": "excerpt", "markdown": "```\nx\n```", "source_id": "s1" },
        ] } ] });
        assert_eq!(page().check(&page_value), Ok(()));
        assert!(super::super::task::PageDraft::from_json(&page_value).is_ok());
    }

    #[test]
    fn a_difference_is_told_with_its_place() {
        let of = |blocks| json!({ "title": "T", "description": "D", "sections": [{ "heading": "", "blocks": blocks }] });
        let told = |value| page().check(&value).unwrap_err();
        assert_eq!(told(json!({ "title": "T", "sections": [] })), "$.description is missing");
        assert_eq!(told(json!([])), "$ should be of type object");
        assert_eq!(
            told(of(json!([{ "type": "list", "items": [] }]))),
            "$.sections[0].blocks[0].ordered is missing"
        );
        assert!(told(of(json!([{ "type": "poem" }]))).contains("blocks[0]"));
        assert!(told(json!({ "title": "T", "description": "D", "sections": [], "x": 1 })).contains("$.x"));
    }
}
