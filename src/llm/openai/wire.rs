//! The API's own shapes, as far as they are used.

use serde::Deserialize;
use serde_json::{Value, json};

use super::super::model::{Request, Role};
use super::super::prompt::Prompt;
use super::config::OpenAiConfig;

/// The body of a request.
pub(super) fn body(
    config: &OpenAiConfig,
    request: &Request,
    prompt: &Prompt,
    structured: bool,
    stream: bool,
) -> Value {
    let mut messages = vec![json!({ "role": "system", "content": prompt.system })];
    messages.extend(prompt.messages.iter().map(|message| {
        let role = match message.role {
            Role::User => "user",
            Role::Assistant => "assistant",
        };
        json!({ "role": role, "content": message.text })
    }));
    let mut body = json!({ "model": config.model, "messages": messages });
    let limit = if config.is_openai() { "max_completion_tokens" } else { "max_tokens" };
    body[limit] = json!(request.max_tokens);
    if let Some(temperature) = request.temperature {
        // As a number of tenths and not as what binary fractions make of it.
        body["temperature"] = json!((f64::from(temperature) * 1000.0).round() / 1000.0);
    }
    if let (Some(schema), true) = (&prompt.schema, structured) {
        let format = json!({ "name": schema.name, "schema": schema.schema, "strict": true });
        body["response_format"] = json!({ "type": "json_schema", "json_schema": format });
    }
    if stream {
        body["stream"] = json!(true);
        body["stream_options"] = json!({ "include_usage": true });
    }
    body
}

/// An answer, or one piece of a streamed one.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Answer {
    pub(super) choices: Vec<Choice>,
    pub(super) usage: Option<Counted>,
    pub(super) error: Option<Value>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Choice {
    #[serde(alias = "delta")]
    pub(super) message: Option<Said>,
    pub(super) finish_reason: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Said {
    pub(super) content: Option<Content>,
    pub(super) refusal: Option<String>,
}

/// A text, or with some servers a list of parts.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Content {
    Text(String),
    Parts(Vec<Part>),
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Part {
    text: String,
}

impl Content {
    pub(super) fn into_text(self) -> String {
        match self {
            Content::Text(text) => text,
            Content::Parts(parts) => parts.into_iter().map(|part| part.text).collect(),
        }
    }
}

#[derive(Debug, Default, Clone, Copy, Deserialize)]
#[serde(default)]
pub(super) struct Counted {
    pub(super) prompt_tokens: u64,
    pub(super) completion_tokens: u64,
}

/// The message in an error's body, whatever its shape.
pub(super) fn message(error: &Value) -> String {
    let inner = error.get("error").unwrap_or(error);
    let found = inner.get("message").and_then(Value::as_str).or_else(|| inner.as_str());
    found.map_or_else(|| inner.to_string(), str::to_owned)
}
