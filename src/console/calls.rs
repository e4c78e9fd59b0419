//! What a screen does, as a call of the API: made from the API's own document, so that a call that is shown is there.

use std::collections::HashMap;

use minijinja::{Environment, Error, ErrorKind, Value};

/// Method and path of every operation, by its id.
#[derive(Default)]
pub(super) struct Calls {
    base: String,
    known: HashMap<String, (String, String)>,
}

impl Calls {
    /// Of an OpenAPI document.
    pub fn of(openapi: &str, public_url: &str) -> Calls {
        let document: serde_json::Value = serde_json::from_str(openapi).unwrap_or_default();
        let server = document["servers"][0]["url"].as_str().unwrap_or_default();
        let mut known = HashMap::new();
        for (path, methods) in document["paths"].as_object().into_iter().flatten() {
            for (method, operation) in methods.as_object().into_iter().flatten() {
                if let Some(id) = operation["operationId"].as_str() {
                    known.insert(id.to_owned(), (method.to_uppercase(), path.clone()));
                }
            }
        }
        Calls { base: format!("{public_url}{server}"), known }
    }

    /// `curl(operation, {part of the path: value}, body)` in templates.
    pub fn add_to(self, templates: &mut Environment<'static>) {
        templates.add_function("curl", move |operation: &str, parts: Value, body: Option<Value>| {
            self.curl(operation, &parts, body.as_ref())
        });
    }

    fn curl(&self, operation: &str, parts: &Value, body: Option<&Value>) -> Result<String, Error> {
        let wrong = |what: String| Error::new(ErrorKind::InvalidOperation, what);
        let (method, template) = self
            .known
            .get(operation)
            .ok_or_else(|| wrong(format!("the API has no operation {operation}")))?;
        let mut path = template.clone();
        for name in parts.try_iter()? {
            path = path.replace(&format!("{{{name}}}"), &parts.get_item(&name)?.to_string());
        }
        if path.contains('{') {
            return Err(wrong(format!("{operation} needs the whole of {template}")));
        }
        let mut lines = vec![
            format!("curl -X {method} {}{path}", self.base),
            "-H \"Authorization: Bearer $CITEPRESS_KEY\"".to_owned(),
        ];
        if let Some(body) = body.filter(|body| !body.is_none() && !body.is_undefined()) {
            let json = serde_json::to_string(body).map_err(|error| wrong(error.to_string()))?;
            lines.push("-H \"Content-Type: application/json\"".to_owned());
            // Within quotes of a shell nothing means anything but their end.
            lines.push(format!("-d '{}'", json.replace('\'', "'\\''")));
        }
        Ok(lines.join(" \\\n  "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOCUMENT: &str = r#"{ "servers": [{ "url": "/api/v1" }],
        "paths": { "/pages/{page}/revisions": { "post": { "operationId": "pages_revise" } } } }"#;

    fn shown(template: &str) -> Result<String, Error> {
        let mut templates = Environment::new();
        Calls::of(DOCUMENT, "https://console.example").add_to(&mut templates);
        templates.render_str(template, ())
    }

    #[test]
    fn a_call_has_the_operations_own_address_and_its_body_survives_a_shell() {
        let text =
            shown("{{ curl('pages_revise', {'page': 'page_1'}, {'document': \"it's $HOME\"}) }}").unwrap();
        assert_eq!(
            text,
            "curl -X POST https://console.example/api/v1/pages/page_1/revisions \\\n  \
             -H \"Authorization: Bearer $CITEPRESS_KEY\" \\\n  -H \"Content-Type: application/json\" \\\n  \
             -d '{\"document\":\"it'\\''s $HOME\"}'"
        );
        assert!(shown("{{ curl('pages_revise', {}) }}").is_err(), "a part of the path is missing");
        assert!(shown("{{ curl('pages_undo', {}) }}").is_err(), "there is no such operation");
    }
}
