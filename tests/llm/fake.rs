//! A stand-in for a provider, shaped by the public reference of the chat completions API. It keeps a journal and refuses
//! what the real one refuses.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use citepress::base::{Clock, Ids, Secret};
use citepress::llm::{OpenAi, OpenAiConfig};
use serde_json::{Value, json};

use crate::crawl::server::{Reply, Seen, Server, answer};
use crate::crawl::tls;

pub(crate) const KEY: &str = "sk-test-4f1e9a77c0";

/// What it does when it is asked.
#[derive(Clone)]
pub(crate) enum Turn {
    /// Answers with this text.
    Says(String),
    /// The same, with another reason for its end than that it was complete.
    Ends(String, &'static str),
    /// Status, headers, body.
    Fails(&'static str, &'static str, String),
    /// Bytes as they are.
    Raw(Vec<u8>),
    /// An answer that never ends.
    Floods,
    Hangs,
    /// A byte every 20 ms.
    Drips,
}

pub(crate) struct Fake(Server);

impl Fake {
    /// Takes its turns in order, the last one for ever.
    pub(crate) async fn start(turns: Vec<Turn>) -> Fake {
        let asked = AtomicUsize::new(0);
        let server = Server::start(move |seen| {
            if let Some(refusal) = refusal(seen) {
                return refusal;
            }
            let index = asked.fetch_add(1, Ordering::SeqCst).min(turns.len() - 1);
            let streamed = body(seen)["stream"] == true;
            play(&turns[index], streamed)
        });
        Fake(server.await)
    }

    pub(crate) fn config(&self) -> OpenAiConfig {
        let mut config = OpenAiConfig::new("fake", self.0.url("/v1").parse().unwrap(), "test-model");
        config.key = Some(Secret::new(KEY));
        config
    }

    pub(crate) fn provider(&self) -> OpenAi {
        provider(self.config(), Clock::system())
    }

    /// The bodies of all requests.
    pub(crate) fn requests(&self) -> Vec<Value> {
        self.0.journal().iter().map(body).collect()
    }

    pub(crate) fn times(&self) -> Vec<Instant> {
        self.0.journal().iter().map(|seen| seen.at).collect()
    }

    pub(crate) fn address(&self) -> String {
        self.0.address()
    }
}

pub(crate) fn provider(config: OpenAiConfig, clock: Clock) -> OpenAi {
    tls();
    let ids = Ids::seeded(clock.clone(), "fake");
    OpenAi::new(config, clock, ids).unwrap()
}

fn body(seen: &Seen) -> Value {
    serde_json::from_str(&seen.body).unwrap_or(Value::Null)
}

/// What the API refuses before it thinks.
fn refusal(seen: &Seen) -> Option<Reply> {
    let error = |status: &str, code: &str, message: &str| {
        let body = json!({ "error": { "message": message, "type": "invalid_request_error", "param": null, "code": code } });
        let body = body.to_string();
        Some(Reply::Bytes(answer(status, "Content-Type: application/json\r\n", body.as_bytes())))
    };
    if seen.path != "/v1/chat/completions" || !seen.head.starts_with("post ") {
        return error("404 Not Found", "unknown_url", "Unknown request URL");
    }
    if !seen.head.contains(&format!("authorization: bearer {KEY}")) {
        // The real one repeats part of the key as well.
        return error(
            "401 Unauthorized",
            "invalid_api_key",
            &format!("Incorrect API key provided: {}", seen.head),
        );
    }
    let body = body(seen);
    let messages = body["messages"].as_array().cloned().unwrap_or_default();
    let shaped = messages.iter().all(|message| {
        matches!(message["role"].as_str(), Some("system" | "user" | "assistant"))
            && message["content"].is_string()
    });
    if !body["model"].is_string() || messages.is_empty() || !shaped {
        return error("400 Bad Request", "invalid_value", "you must provide a model and messages");
    }
    let format = &body["response_format"];
    if !format.is_null() && !is_strict(&format["json_schema"]["schema"]) {
        return error(
            "400 Bad Request",
            "invalid_json_schema",
            "Invalid schema for response_format: not strict",
        );
    }
    None
}

/// Structured outputs want every property required and nothing beside them, at every level.
fn is_strict(schema: &Value) -> bool {
    let here = match schema["properties"].as_object() {
        Some(properties) => {
            schema["additionalProperties"] == false
                && schema["required"].as_array().is_some_and(|required| required.len() == properties.len())
                && properties.values().all(is_strict)
        }
        None => schema["type"] != "object",
    };
    let options = schema["anyOf"].as_array().is_none_or(|options| options.iter().all(is_strict));
    here && options && (schema["items"].is_null() || is_strict(&schema["items"]))
}

fn play(turn: &Turn, streamed: bool) -> Reply {
    let head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n".to_vec();
    match turn {
        Turn::Says(text) => says(text, "stop", streamed),
        Turn::Ends(text, reason) => says(text, reason, streamed),
        Turn::Fails(status, headers, body) => Reply::Bytes(answer(status, headers, body.as_bytes())),
        Turn::Raw(bytes) => Reply::Bytes(bytes.clone()),
        Turn::Floods => {
            let begun = b"{\"choices\":[{\"message\":{\"content\":\"".to_vec();
            Reply::Endless([head, begun].concat(), vec![b'a'; 64 << 10])
        }
        Turn::Hangs => Reply::Hang,
        Turn::Drips => Reply::Drip(head, Duration::from_millis(20)),
    }
}

fn says(text: &str, reason: &str, streamed: bool) -> Reply {
    let usage = json!({ "prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120 });
    if streamed {
        return Reply::Bytes([sse_head(), sse(text, reason, &usage)].concat());
    }
    let message = json!({ "role": "assistant", "content": text, "refusal": null });
    let body = json!({
        "id": "chatcmpl-1", "object": "chat.completion", "created": 1_790_000_000, "model": "test-model-2026-01-01",
        "choices": [{ "index": 0, "message": message, "finish_reason": reason }],
        "usage": usage,
    });
    Reply::Bytes(answer("200 OK", "Content-Type: application/json\r\n", body.to_string().as_bytes()))
}

pub(crate) fn sse_head() -> Vec<u8> {
    b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n: hello\n\n".to_vec()
}

/// A chunk for every five characters, one for the end, one for the usage, and the mark of the end.
fn sse(text: &str, reason: &str, usage: &Value) -> Vec<u8> {
    let chars: Vec<char> = text.chars().collect();
    let mut chunks: Vec<Value> =
        chars.chunks(5).map(|piece| chunk(&piece.iter().collect::<String>())).collect();
    chunks.push(json!({ "choices": [{ "index": 0, "delta": {}, "finish_reason": reason }], "usage": null }));
    chunks.push(json!({ "choices": [], "usage": usage }));
    let mut out: String = chunks.iter().map(|chunk| format!("data: {chunk}\n\n")).collect();
    out += "data: [DONE]\n\n";
    out.into_bytes()
}

/// A piece of a streamed answer.
pub(crate) fn chunk(text: &str) -> Value {
    let choice = json!({ "index": 0, "delta": { "content": text }, "finish_reason": null });
    json!({ "object": "chat.completion.chunk", "choices": [choice], "usage": null })
}
