//! Who answers.

use async_trait::async_trait;
use tokio::sync::mpsc;

use super::error::LlmError;
use super::model::{Completion, Request};

/// Where the pieces of a streamed answer go. Slow readers slow the answer down; a reader that went away doesn't stop it.
pub type Deltas = mpsc::Sender<Delta>;

/// A piece of a streamed answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Delta {
    Text(String),
    /// What came before is void: the answer begins anew, because it was broken off or had not the form asked for.
    Restart,
}

/// One provider with one model.
#[async_trait]
pub trait Provider: Send + Sync {
    /// As settings and screens call it.
    fn name(&self) -> &str;

    /// As the provider calls it.
    fn model(&self) -> &str;

    /// Answers within the request's deadline.
    ///
    /// # Errors
    /// What [`LlmError`] names; after an error nothing was counted that the error doesn't carry.
    async fn complete(&self, request: Request) -> Result<Completion, LlmError>;

    /// The same, and gives the text out piece by piece as it comes. The pieces since the last restart, joined, are
    /// [`Completion::text`].
    ///
    /// # Errors
    /// As [`Provider::complete`].
    async fn stream(&self, request: Request, deltas: Deltas) -> Result<Completion, LlmError> {
        let completion = self.complete(request).await?;
        let _ = deltas.send(Delta::Text(completion.text.clone())).await;
        Ok(completion)
    }
}
