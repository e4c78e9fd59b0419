//! The OpenAPI document.

use poem::endpoint::BoxEndpoint;
use poem::{EndpointExt, Response, Route, get};
use serde_json::{Value, json};

/// The document of a service, put into the form that generators of clients read as a whole.
pub(super) fn told(spec: &str) -> String {
    let mut document: Value = serde_json::from_str(spec).unwrap_or_default();
    join_alone(&mut document);
    tell_of_keys(&mut document);
    format!("{document:#}")
}

/// `/openapi.json` and `/openapi.yaml`.
pub(super) fn at(route: Route, document: String) -> Route {
    // YAML 1.2 is a superset of JSON: the same text is both.
    let yaml = get(fixed("application/yaml", document.clone()));
    route.at("/openapi.json", get(fixed("application/json", document))).at("/openapi.yaml", yaml)
}

/// A reference with a description of its own is written as a union with an object that has nothing but the description.
/// Generators take that for another type; the description stands beside it anyway.
fn join_alone(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            if let Some(Value::Array(parts)) = fields.get_mut("allOf")
                && parts.first().is_some_and(|first| first.get("$ref").is_some())
            {
                parts.retain(|part| part.as_object().is_none_or(|part| !part.keys().eq(["description"])));
            }
            fields.values_mut().for_each(join_alone);
        }
        Value::Array(items) => items.iter_mut().for_each(join_alone),
        _ => {}
    }
}

/// Every POST may carry a key, which is the door's affair and no operation's.
fn tell_of_keys(document: &mut Value) {
    let header = json!({
        "name": "Idempotency-Key",
        "in": "header",
        "required": false,
        "description": "A text of your choice, new for each request: sent again under it within 24 hours, the request has one effect and gets the first answer",
        "schema": { "type": "string", "minLength": 1, "maxLength": 255 },
    });
    let paths = document["paths"].as_object_mut().into_iter().flat_map(serde_json::Map::values_mut);
    for post in paths.filter_map(|path| path.get_mut("post")?.as_object_mut()) {
        let parameters = post.entry("parameters").or_insert_with(|| json!([]));
        parameters.as_array_mut().into_iter().for_each(|known| known.push(header.clone()));
    }
}

/// Which methods each path knows, for those who use another (RFC 9110, 15.5.6).
pub(super) struct Methods(Vec<(String, String)>);

impl Methods {
    pub(super) fn of(document: &str) -> Methods {
        let document: Value = serde_json::from_str(document).unwrap_or_default();
        let known = |(path, operations): (&String, &Value)| {
            let methods = operations.as_object()?.keys().map(|method| method.to_uppercase());
            Some((path.clone(), methods.collect::<Vec<_>>().join(", ")))
        };
        Methods(document["paths"].as_object().into_iter().flatten().filter_map(known).collect())
    }

    /// The methods of a path, as `Allow` lists them. A fixed path goes before one with an id in the same place.
    pub(super) fn at(&self, path: &str) -> Option<&str> {
        let fits = |template: &str| {
            let (mut parts, mut known) = (path.trim_end_matches('/').split('/'), template.split('/'));
            loop {
                match (parts.next(), known.next()) {
                    (None, None) => return true,
                    (Some(part), Some(known)) if part == known || known.starts_with('{') => {}
                    _ => return false,
                }
            }
        };
        let fitting = self.0.iter().filter(|(template, _)| fits(template));
        fitting.min_by_key(|(template, _)| template.matches('{').count()).map(|(_, methods)| methods.as_str())
    }
}

/// A text that stays the same until the process ends.
fn fixed(media_type: &'static str, text: String) -> BoxEndpoint<'static, Response> {
    let answer = move |_| {
        let response = Response::builder().content_type(media_type).header("Cache-Control", "no-cache");
        let response = response.body(text.clone());
        async move { Ok::<_, poem::Error>(response) }
    };
    poem::endpoint::make(answer).boxed()
}
