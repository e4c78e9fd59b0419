//! Several providers in the order in which they are asked.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use tokio::time::Instant;

use super::error::LlmError;
use super::model::{Completion, Request};
use super::provider::{Delta, Deltas, Provider};

/// Asks the first provider, and the next one when it gives no usable answer.
#[derive(Clone)]
pub struct Chain {
    first: Arc<dyn Provider>,
    others: Vec<Arc<dyn Provider>>,
}

impl Chain {
    /// `first` is asked first, `others` after it in their order.
    pub fn new(first: Arc<dyn Provider>, others: Vec<Arc<dyn Provider>>) -> Chain {
        Chain { first, others }
    }

    async fn ask(&self, request: Request, deltas: Option<Deltas>) -> Result<Completion, LlmError> {
        let begun = Instant::now();
        let (mut errors, mut also) = (Vec::new(), Vec::new());
        let all = std::iter::once(&self.first).chain(&self.others);
        for (index, provider) in all.enumerate() {
            let left = request.deadline.saturating_sub(begun.elapsed());
            // One that hangs must leave time for those after it.
            let deadline = if index < self.others.len() { left.mul_f64(0.6) } else { left };
            match attempt(&**provider, Request { deadline, ..request.clone() }, deltas.as_ref(), index > 0)
                .await
            {
                Ok(mut completion) => {
                    completion.also.extend(also);
                    completion.latency = begun.elapsed();
                    return Ok(completion);
                }
                Err(error) => {
                    tracing::warn!(target: "llm::chain", provider = provider.name(), %error, "no usable answer");
                    also.extend(error.costs());
                    errors.push(error);
                }
            }
            if begun.elapsed() + Duration::from_millis(1) > request.deadline {
                break;
            }
        }
        Err(if errors.len() == 1 { errors.remove(0) } else { LlmError::AllFailed(errors) })
    }
}

async fn attempt(
    provider: &dyn Provider,
    request: Request,
    deltas: Option<&Deltas>,
    again: bool,
) -> Result<Completion, LlmError> {
    let Some(deltas) = deltas else { return provider.complete(request).await };
    if again {
        let _ = deltas.send(Delta::Restart).await;
    }
    provider.stream(request, deltas.clone()).await
}

#[async_trait]
impl Provider for Chain {
    /// The first one's: who answered stands in the completion.
    fn name(&self) -> &str {
        self.first.name()
    }

    fn model(&self) -> &str {
        self.first.model()
    }

    async fn complete(&self, request: Request) -> Result<Completion, LlmError> {
        self.ask(request, None).await
    }

    async fn stream(&self, request: Request, deltas: Deltas) -> Result<Completion, LlmError> {
        self.ask(request, Some(deltas)).await
    }
}
