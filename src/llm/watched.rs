//! An engine whose calls are told of: each is a span, and how it went is counted.

use std::future::Future;
use std::sync::Arc;
use std::time::Instant;

use async_trait::async_trait;
use tracing::Instrument;

use super::error::LlmError;
use super::model::{Completion, Request};
use super::provider::{Deltas, Provider};
use crate::marks;

/// One engine, watched. A chain is not: the engines in it are.
pub struct Watched(pub Arc<dyn Provider>);

impl Watched {
    async fn watch(
        &self,
        call: impl Future<Output = Result<Completion, LlmError>>,
    ) -> Result<Completion, LlmError> {
        let span = marks::engine_span(self.name(), self.model());
        let begun = Instant::now();
        let answer = call.instrument(span).await;
        let (outcome, micros) = match &answer {
            Ok(completion) => ("answered", completion.cost_micros.unwrap_or_default()),
            Err(error) => (error.word(), error.costs().iter().filter_map(|cost| cost.micros).sum()),
        };
        marks::engine_called(self.name(), outcome, begun.elapsed(), micros);
        answer
    }
}

#[async_trait]
impl Provider for Watched {
    fn name(&self) -> &str {
        self.0.name()
    }

    fn model(&self) -> &str {
        self.0.model()
    }

    async fn complete(&self, request: Request) -> Result<Completion, LlmError> {
        self.watch(self.0.complete(request)).await
    }

    async fn stream(&self, request: Request, deltas: Deltas) -> Result<Completion, LlmError> {
        self.watch(self.0.stream(request, deltas)).await
    }
}
