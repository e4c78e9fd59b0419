//! Language models behind one trait: what is asked ([`Request`]), who answers ([`Provider`]), what it cost.
//! The `sandbox` answers tasks without any model, out of the sources alone, and says so.

mod breaker;
mod chain;
mod cost;
mod error;
mod json;
mod model;
mod openai;
mod prompt;
mod provider;
mod retry;
mod sandbox;
mod schema;
mod task;
mod watched;

pub use chain::Chain;
pub use cost::{Cost, PRICES_AS_OF, Price, Usage, price};
pub use error::LlmError;
pub use model::{Completion, Input, Message, Request, Role};
pub use openai::{OpenAi, OpenAiConfig};
pub use provider::{Delta, Deltas, Provider};
pub use sandbox::{SANDBOX, Sandbox};
pub use schema::JsonSchema;
pub use task::{Block, PageDraft, PageKind, Section, Sentence, Source, Task, WritePage};
pub use watched::Watched;
