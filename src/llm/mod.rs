//! Language models behind one trait: what is asked ([`Request`]), who answers ([`Provider`]), what it cost.
//! The `sandbox` answers tasks without any model, out of the sources alone, and says so.

mod error;
mod model;
mod provider;
mod sandbox;
mod schema;
mod task;

pub use error::LlmError;
pub use model::{Completion, Input, Message, Request, Role, Usage};
pub use provider::{Deltas, Provider};
pub use sandbox::{SANDBOX, Sandbox};
pub use schema::JsonSchema;
pub use task::{Block, PageDraft, PageKind, Section, Sentence, Source, Task, WritePage};
