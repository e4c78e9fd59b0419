//! A question to a model and its answer.

use std::time::Duration;

use serde_json::Value;

use super::cost::{Cost, Usage};
use super::schema::JsonSchema;
use super::task::Task;

/// What is asked.
#[derive(Debug, Clone)]
pub struct Request {
    pub input: Input,
    /// The most tokens the answer may have.
    pub max_tokens: u32,
    /// 0 to 2; none leaves it to the provider.
    pub temperature: Option<f32>,
    /// How long all of it may take: retries, waiting and the repair of broken JSON included.
    pub deadline: Duration,
}

/// The question itself.
#[derive(Debug, Clone)]
pub enum Input {
    /// A task as data. Models get it as a prompt, the sandbox as it is.
    Task(Task),
    /// A conversation.
    Chat { system: String, messages: Vec<Message>, schema: Option<JsonSchema> },
}

/// One turn of a conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    pub role: Role,
    pub text: String,
}

/// Who said it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    User,
    Assistant,
}

impl Request {
    /// A task with bounds that suit a page.
    pub fn task(task: Task) -> Request {
        Request {
            input: Input::Task(task),
            max_tokens: 8_000,
            temperature: Some(0.2),
            deadline: Duration::from_secs(120),
        }
    }
}

/// An answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Completion {
    pub text: String,
    /// The text read as JSON, if a schema was asked for: it matches the schema.
    pub json: Option<Value>,
    /// Over all attempts that were answered, the repair of broken JSON included.
    pub usage: Usage,
    /// Millionths of a US dollar for that; none where the price of the model isn't known.
    pub cost_micros: Option<u64>,
    /// What others cost who were asked before and gave no usable answer.
    pub also: Vec<Cost>,
    pub latency: Duration,
    /// Who answered, and with which model.
    pub provider: String,
    pub model: String,
    /// The answer was made by rules out of the sources and by no model. To be shown wherever the answer is.
    pub sandbox: bool,
}
