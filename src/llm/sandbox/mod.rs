//! Answers without a model: real sentences of the sources, arranged under headings, each with the words that support
//! it. The same sources give the same page. Every answer says that it is the sandbox's.

mod arrange;
mod choose;
mod divide;
mod outline;
mod phrases;
mod plain;
mod proof;
mod segment;
mod statement;
mod words;

use async_trait::async_trait;
use tokio::time::Instant;

use super::cost::Usage;
use super::error::LlmError;
use super::model::{Completion, Input, Request};
use super::provider::{Delta, Deltas, Provider};
use super::task::{PageDraft, Task, WritePage};

/// The engine that needs no key and no network.
#[derive(Debug, Clone, Copy, Default)]
pub struct Sandbox;

/// Its name as a provider, by which answers are labelled.
pub const SANDBOX: &str = "sandbox";
/// Raised whenever the same sources would give another page.
const MODEL: &str = "extractive-2";
/// Bytes of one piece of a streamed answer.
const PIECE: usize = 400;

/// Writes a page out of its sources. Takes processor time: call it on a blocking thread.
///
/// # Errors
/// When the sources hold no sentence that can be taken.
fn write(task: &WritePage) -> Result<PageDraft, LlmError> {
    arrange::page(task).ok_or_else(|| {
        LlmError::Sandbox(
            "only arranges sentences of the sources, and these hold none that can stand alone".to_owned(),
        )
    })
}

#[async_trait]
impl Provider for Sandbox {
    fn name(&self) -> &str {
        SANDBOX
    }

    fn model(&self) -> &str {
        MODEL
    }

    async fn complete(&self, request: Request) -> Result<Completion, LlmError> {
        let begun = Instant::now();
        let Input::Task(Task::WritePage(task)) = request.input else {
            return Err(LlmError::Sandbox("has no model to talk with".to_owned()));
        };
        let draft = tokio::task::spawn_blocking(move || write(&task));
        let draft = draft.await.map_err(|error| LlmError::Sandbox(format!("failed ({error})")))??;
        let json =
            serde_json::to_value(&draft).map_err(|error| LlmError::Sandbox(format!("failed ({error})")))?;
        Ok(Completion {
            text: json.to_string(),
            json: Some(json),
            usage: Usage::default(),
            cost_micros: Some(0),
            also: Vec::new(),
            latency: begun.elapsed(),
            provider: SANDBOX.to_owned(),
            model: MODEL.to_owned(),
            sandbox: true,
        })
    }

    async fn stream(&self, request: Request, deltas: Deltas) -> Result<Completion, LlmError> {
        let completion = self.complete(request).await?;
        let mut rest = completion.text.as_str();
        while !rest.is_empty() {
            let (piece, after) = rest.split_at(rest.ceil_char_boundary(PIECE));
            rest = after;
            if deltas.send(Delta::Text(piece.to_owned())).await.is_err() {
                break;
            }
        }
        Ok(completion)
    }
}
