//! Any API that speaks as OpenAI's chat completions do: theirs, and that of many others and of local servers.

mod config;
mod reply;
mod send;
mod sse;
mod wire;

use async_trait::async_trait;
use tokio::time::{Instant, sleep, timeout};

pub use config::OpenAiConfig;

use self::reply::{Ended, Reply};
use super::breaker::Breaker;
use super::cost::{Cost, Price, Usage};
use super::error::LlmError;
use super::json;
use super::model::{Completion, Request};
use super::prompt::Prompt;
use super::provider::{Delta, Deltas, Provider};
use super::retry;
use crate::base::{Clock, Ids};

/// Attempts at one question, the first included.
const ATTEMPTS: u32 = 6;

/// A provider with one model behind an OpenAI-compatible API.
pub struct OpenAi {
    config: OpenAiConfig,
    client: reqwest::Client,
    price: Option<Price>,
    breaker: Breaker,
    clock: Clock,
    ids: Ids,
}

impl OpenAi {
    /// A TLS provider has to be installed before. `ids` gives the chance in waiting times.
    ///
    /// # Errors
    /// When the address is no URL, or the TLS root certificates can't be read.
    pub fn new(config: OpenAiConfig, clock: Clock, ids: Ids) -> Result<OpenAi, LlmError> {
        let client = config.client()?;
        let price = config.price();
        Ok(OpenAi { config, client, price, breaker: Breaker::new(clock.clone()), clock, ids })
    }

    async fn answer(&self, request: &Request, deltas: Option<&Deltas>) -> Result<Completion, LlmError> {
        let begun = Instant::now();
        let mut prompt = Prompt::of(request);
        let mut usage = Usage::default();
        let mut repaired = false;
        loop {
            let reply = self.ask(request, &prompt, deltas, begun).await?;
            usage += reply.usage;
            let text = self.whole(reply, usage)?;
            let Some(schema) = &prompt.schema else { return Ok(self.completion(text, None, usage, begun)) };
            let why = match json::find(&text).and_then(|value| schema.check(&value).map(|()| value)) {
                Ok(value) => return Ok(self.completion(text, Some(value), usage, begun)),
                Err(why) => why,
            };
            if repaired {
                return Err(LlmError::Malformed {
                    provider: self.name().to_owned(),
                    why,
                    cost: self.cost(usage),
                });
            }
            tracing::info!(target: "llm::openai", provider = self.name(), %why, "asking for the form again");
            repaired = true;
            prompt = prompt.repair(&text, &why);
            if let Some(deltas) = deltas {
                let _ = deltas.send(Delta::Restart).await;
            }
        }
    }

    /// Asks until there is an answer, as often and as late as the deadline allows.
    async fn ask(
        &self,
        request: &Request,
        prompt: &Prompt,
        deltas: Option<&Deltas>,
        begun: Instant,
    ) -> Result<Reply, LlmError> {
        self.breaker.pass().map_err(|rest| LlmError::Resting { provider: self.name().to_owned(), rest })?;
        let mut structured = self.config.structured;
        let mut failures = 0;
        loop {
            let failure = match self.send(request, prompt, structured, deltas).await {
                Ok(reply) => {
                    self.breaker.succeeded();
                    return Ok(reply);
                }
                Err(failure) => failure,
            };
            if structured && failure.dislikes_schema() {
                structured = false;
                continue;
            }
            if !failure.error.is_temporary() {
                // It answered, though not to our liking: it is not down.
                self.breaker.succeeded();
                return Err(failure.error);
            }
            failures += 1;
            let wait = failure.retry_after.unwrap_or_else(|| retry::backoff(failures, &self.ids));
            let too_late = begun.elapsed() + wait >= request.deadline;
            if !failure.again || failures >= ATTEMPTS || too_late {
                self.breaker.failed();
                return Err(failure.error);
            }
            tracing::info!(target: "llm::openai", provider = self.name(), error = %failure.error, ?wait, "asking again");
            sleep(wait).await;
        }
    }

    /// The text of a reply that came to its end.
    fn whole(&self, reply: Reply, usage: Usage) -> Result<String, LlmError> {
        let provider = self.name().to_owned();
        match reply.ended {
            Ended::Whole => Ok(reply.text),
            Ended::Cut => Err(LlmError::Cut { provider, cost: self.cost(usage) }),
            Ended::Declined(why) => Err(LlmError::Declined { provider, why, cost: self.cost(usage) }),
        }
    }

    fn cost(&self, usage: Usage) -> Box<Cost> {
        Box::new(Cost {
            provider: self.config.name.clone(),
            model: self.config.model.clone(),
            usage,
            micros: self.price.map(|price| price.of(usage)),
        })
    }

    fn completion(
        &self,
        text: String,
        json: Option<serde_json::Value>,
        usage: Usage,
        begun: Instant,
    ) -> Completion {
        let Cost { provider, model, usage, micros } = *self.cost(usage);
        Completion {
            text,
            json,
            usage,
            cost_micros: micros,
            also: Vec::new(),
            latency: begun.elapsed(),
            provider,
            model,
            sandbox: false,
        }
    }

    async fn within_deadline(
        &self,
        request: Request,
        deltas: Option<&Deltas>,
    ) -> Result<Completion, LlmError> {
        match timeout(request.deadline, self.answer(&request, deltas)).await {
            Ok(answer) => answer,
            Err(_) => {
                self.breaker.failed();
                Err(LlmError::Deadline { provider: self.name().to_owned(), after: request.deadline })
            }
        }
    }
}

#[async_trait]
impl Provider for OpenAi {
    fn name(&self) -> &str {
        &self.config.name
    }

    fn model(&self) -> &str {
        &self.config.model
    }

    async fn complete(&self, request: Request) -> Result<Completion, LlmError> {
        self.within_deadline(request, None).await
    }

    async fn stream(&self, request: Request, deltas: Deltas) -> Result<Completion, LlmError> {
        self.within_deadline(request, Some(&deltas)).await
    }
}
