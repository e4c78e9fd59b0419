//! The document in the order of a page: operations by resource, then schemas.

use serde::Serialize;
use serde_json::Value;

use super::example::example;
use super::schema::{Told, target};

/// Everything that the page shows.
#[derive(Debug, Serialize)]
pub(in crate::console) struct Reference {
    title: String,
    description: String,
    schemes: Vec<Scheme>,
    groups: Vec<Group>,
    schemas: Vec<Schema>,
}

/// How a caller proves who they are.
#[derive(Debug, Serialize)]
struct Scheme {
    name: String,
    description: String,
}

/// A resource.
#[derive(Debug, Serialize)]
struct Group {
    name: String,
    description: String,
    operations: Vec<Operation>,
}

#[derive(Debug, Serialize)]
struct Operation {
    id: String,
    method: String,
    path: String,
    summary: String,
    description: String,
    parameters: Vec<Field>,
    body: Option<Content>,
    /// What comes when it goes well.
    answers: Vec<Answer>,
    /// Statuses of problems.
    problems: Vec<Answer>,
    curl: String,
}

/// A parameter, or a part of an object.
#[derive(Debug, Serialize)]
struct Field {
    name: String,
    place: String,
    required: bool,
    told: Told,
    description: String,
}

#[derive(Debug, Serialize)]
struct Content {
    media: String,
    told: Told,
    example: String,
    /// The schema of the example, if it is one with a name.
    of: String,
}

#[derive(Debug, Serialize)]
struct Answer {
    status: String,
    description: String,
    headers: Vec<String>,
    content: Option<Content>,
}

#[derive(Debug, Serialize)]
struct Schema {
    name: String,
    description: String,
    words: Vec<String>,
    fields: Vec<Field>,
}

const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

impl Reference {
    /// Of the document; `origin` is where it is served.
    pub(in crate::console) fn of(document: &str, origin: &str) -> Reference {
        let document: Value = serde_json::from_str(document).unwrap_or_default();
        let base = text(&document["servers"][0]["url"]);
        let mut groups: Vec<Group> = Vec::new();
        for tag in document["tags"].as_array().into_iter().flatten() {
            groups.push(Group {
                name: text(&tag["name"]),
                description: text(&tag["description"]),
                operations: Vec::new(),
            });
        }
        for (path, operations) in document["paths"].as_object().into_iter().flatten() {
            for method in METHODS {
                let Some(operation) = operations.get(method) else { continue };
                if let Some(group) =
                    groups.iter_mut().find(|group| operation["tags"][0] == group.name.as_str())
                {
                    let path = format!("{base}{path}");
                    group.operations.push(Operation::of(&document, origin, &path, method, operation));
                }
            }
        }
        groups.retain(|group| !group.operations.is_empty());
        let schemes = document["components"]["securitySchemes"].as_object().into_iter().flatten();
        let schemes = schemes
            .map(|(name, scheme)| Scheme { name: name.clone(), description: text(&scheme["description"]) });
        let schemas = document["components"]["schemas"].as_object().into_iter().flatten();
        Reference {
            title: text(&document["info"]["title"]),
            description: text(&document["info"]["description"]),
            schemes: schemes.collect(),
            groups,
            schemas: schemas.map(|(name, schema)| Schema::of(name, schema)).collect(),
        }
    }
}

impl Operation {
    fn of(document: &Value, origin: &str, path: &str, method: &str, operation: &Value) -> Operation {
        let body = Content::of(document, &operation["requestBody"]["content"]);
        let answers = operation["responses"].as_object().into_iter().flatten();
        let answers = answers.map(|(status, answer)| Answer::of(document, status, answer));
        let (answers, problems) = answers.partition(|answer| answer.status.starts_with('2'));
        let parameters =
            operation["parameters"].as_array().into_iter().flatten().map(Field::parameter).collect();
        let curl = curl(origin, path, method, body.as_ref());
        Operation {
            id: text(&operation["operationId"]),
            method: method.to_uppercase(),
            path: path.to_owned(),
            summary: text(&operation["summary"]),
            description: text(&operation["description"]),
            parameters,
            body,
            answers,
            problems,
            curl,
        }
    }
}

/// A line for a shell. What stands in braces is for the reader to put in.
fn curl(origin: &str, path: &str, method: &str, body: Option<&Content>) -> String {
    let method = if method == "get" { String::new() } else { format!("-X {} ", method.to_uppercase()) };
    let mut line = format!("curl {method}'{origin}{path}' -H \"Authorization: Bearer $CITEPRESS_KEY\"");
    if let Some(body) = body.filter(|body| body.media.contains("json")) {
        let json: Value = serde_json::from_str(&body.example).unwrap_or_default();
        let json = json.to_string().replace('\'', "'\\''");
        line.push_str(&format!(" -H 'Content-Type: {}' -d '{json}'", body.media));
    }
    line
}

impl Field {
    fn parameter(parameter: &Value) -> Field {
        Field {
            name: text(&parameter["name"]),
            place: text(&parameter["in"]),
            required: parameter["required"] == true,
            told: Told::of(&parameter["schema"]),
            description: text(&parameter["description"]),
        }
    }
}

impl Content {
    fn of(document: &Value, content: &Value) -> Option<Content> {
        let (media, content) = content.as_object()?.iter().next()?;
        let schema = &content["schema"];
        let given = Some(&content["example"]).filter(|given| !given.is_null());
        let example = given.cloned().unwrap_or_else(|| example(document, schema));
        let example = if media.contains("json") { format!("{example:#}") } else { String::new() };
        let of = target(schema).unwrap_or_default().to_owned();
        Some(Content { media: media.clone(), told: Told::of(schema), example, of })
    }
}

impl Answer {
    fn of(document: &Value, status: &str, answer: &Value) -> Answer {
        Answer {
            status: status.to_owned(),
            description: text(&answer["description"]),
            headers: answer["headers"]
                .as_object()
                .into_iter()
                .flatten()
                .map(|(name, _)| name.clone())
                .collect(),
            content: Content::of(document, &answer["content"]),
        }
    }
}

impl Schema {
    fn of(name: &str, schema: &Value) -> Schema {
        let required =
            |name: &str| schema["required"].as_array().is_some_and(|all| all.iter().any(|one| one == name));
        let fields = schema["properties"].as_object().into_iter().flatten().map(|(name, field)| Field {
            name: name.clone(),
            place: String::new(),
            required: required(name),
            told: Told::of(field),
            description: text(&field["description"]),
        });
        let words = schema["enum"].as_array().into_iter().flatten().map(text).collect();
        Schema {
            name: name.to_owned(),
            description: text(&schema["description"]),
            words,
            fields: fields.collect(),
        }
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().trim().to_owned()
}
