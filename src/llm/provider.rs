//! Who answers.

use async_trait::async_trait;
use tokio::sync::mpsc;

use super::error::LlmError;
use super::model::{Completion, Request};

/// Where the pieces of a streamed answer go. Slow readers slow the answer down; a reader that went away doesn't stop it.
pub type Deltas = mpsc::Sender<String>;

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

    /// The same, and gives the text out piece by piece as it comes. The pieces joined are [`Completion::text`], unless
    /// the answer had to be asked for again: then what came before is void, and the completion is what counts.
    ///
    /// # Errors
    /// As [`Provider::complete`].
    async fn stream(&self, request: Request, deltas: Deltas) -> Result<Completion, LlmError> {
        let completion = self.complete(request).await?;
        let _ = deltas.send(completion.text.clone()).await;
        Ok(completion)
    }
}
