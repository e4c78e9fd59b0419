//! Examples made from schemas: values that the API takes or gives.

use serde_json::{Map, Value, json};

use super::schema::target;

/// Schemas inside schemas are followed so far.
const DEPTH: usize = 6;

/// A value of a schema of the document.
pub(super) fn example(document: &Value, schema: &Value) -> Value {
    made(document, schema, "", DEPTH)
}

fn made(document: &Value, schema: &Value, description: &str, depth: usize) -> Value {
    if let Some(given) = [&schema["example"], &schema["enum"][0], &schema["default"]]
        .into_iter()
        .find(|given| !given.is_null())
    {
        return given.clone();
    }
    let description = schema["description"].as_str().unwrap_or(description);
    if let Some(name) = target(schema) {
        return made(document, &document["components"]["schemas"][name], description, depth);
    }
    match schema["type"].as_str() {
        Some("object") => object(document, schema, depth),
        Some("array") if depth == 0 => json!([]),
        Some("array") => json!([made(document, &schema["items"], description, depth - 1)]),
        Some("integer") => json!(schema["minimum"].as_f64().map_or(1, whole)),
        Some("number") => json!(schema["minimum"].as_f64().unwrap_or(0.5)),
        Some("boolean") => json!(false),
        Some("string") => json!(text(schema, description)),
        _ => json!({}),
    }
}

fn object(document: &Value, schema: &Value, depth: usize) -> Value {
    let fields = schema["properties"].as_object().into_iter().flatten();
    let required =
        |name: &str| schema["required"].as_array().is_some_and(|all| all.iter().any(|one| one == name));
    // Deep inside, what has to be there is enough.
    let shown = fields.filter(|(name, _)| depth > 0 || required(name));
    let value =
        |(name, field): (&String, &Value)| (name.clone(), made(document, field, "", depth.saturating_sub(1)));
    Value::Object(shown.map(value).collect::<Map<_, _>>())
}

#[expect(clippy::cast_possible_truncation, reason = "bounds of examples are small whole numbers")]
fn whole(number: f64) -> i64 {
    number.ceil() as i64
}

/// A text of the kind that the description quotes (`page_…`), long enough and not too long.
fn text(schema: &Value, description: &str) -> String {
    if schema["format"] == "date-time" {
        return "2026-11-21T12:00:00Z".to_owned();
    }
    let quoted = description.split('`').nth(1).filter(|quoted| !quoted.contains(' '));
    let text = quoted.unwrap_or("text");
    let least = usize::try_from(schema["minLength"].as_u64().unwrap_or(0)).unwrap_or(0);
    let most = schema["maxLength"].as_u64().and_then(|most| usize::try_from(most).ok()).unwrap_or(usize::MAX);
    let long: String =
        text.chars().chain(std::iter::repeat('x')).take(least.max(text.chars().count())).collect();
    long.chars().take(most).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_example_has_a_value_for_each_field_and_ends_where_schemas_hold_themselves() {
        let document = json!({ "components": { "schemas": {
            "Kind": { "type": "string", "enum": ["article", "question"] },
            "Node": { "type": "object", "required": ["id"], "properties": {
                "id": { "type": "string", "description": "Its id, `node_…`" },
                "kind": { "$ref": "#/components/schemas/Kind" },
                "count": { "type": "integer", "minimum": 3.0 },
                "name": { "type": "string", "minLength": 6 },
                "children": { "type": "array", "items": { "$ref": "#/components/schemas/Node" } },
            } },
        } } });
        let made = example(&document, &json!({ "$ref": "#/components/schemas/Node" }));
        assert_eq!(
            (&made["id"], &made["kind"], &made["count"]),
            (&json!("node_…"), &json!("article"), &json!(3))
        );
        assert_eq!((&made["name"], &made["children"][0]["id"]), (&json!("textxx"), &json!("node_…")));
        assert!(made.to_string().len() < 1_000, "{made}");
    }
}
