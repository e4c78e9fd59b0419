//! One exchange with the API.

use std::time::Duration;

use reqwest::Response;
use serde_json::Value;

use super::super::error::LlmError;
use super::super::model::Request;
use super::super::prompt::Prompt;
use super::super::provider::{Delta, Deltas, Provider};
use super::super::retry;
use super::OpenAi;
use super::reply::Reply;
use super::sse::Events;
use super::wire::{self, Answer};

/// Bytes of an error's body that are read.
const ERROR_BODY: usize = 64 << 10;

/// Why an exchange gave no answer.
pub(super) struct Failure {
    pub(super) error: LlmError,
    /// What the server asked for.
    pub(super) retry_after: Option<Duration>,
    /// Asking again may help.
    pub(super) again: bool,
}

impl Failure {
    /// The server doesn't know `response_format`.
    pub(super) fn dislikes_schema(&self) -> bool {
        let LlmError::Refused { status: 400 | 422, message, .. } = &self.error else { return false };
        ["response_format", "json_schema", "schema"].iter().any(|word| message.contains(word))
    }
}

impl From<LlmError> for Failure {
    fn from(error: LlmError) -> Failure {
        Failure { error, retry_after: None, again: true }
    }
}

impl OpenAi {
    pub(super) async fn send(
        &self,
        request: &Request,
        prompt: &Prompt,
        structured: bool,
        deltas: Option<&Deltas>,
    ) -> Result<Reply, Failure> {
        let in_words;
        let prompt = if structured || prompt.schema.is_none() {
            prompt
        } else {
            in_words = prompt.clone().with_schema_in_words();
            &in_words
        };
        let body = wire::body(&self.config, request, prompt, structured, deltas.is_some());
        let mut post = self.client.post(self.config.url()).json(&body);
        if let Some(key) = self.config.key.as_ref().filter(|key| !key.is_empty()) {
            post = post.bearer_auth(key.reveal());
        }
        let response = post.send().await.map_err(|error| self.unreachable(&error))?;
        if !response.status().is_success() {
            return Err(self.refused(response).await);
        }
        match deltas {
            Some(deltas) => self.streamed(response, deltas).await,
            None => self.at_once(response).await,
        }
    }

    async fn at_once(&self, mut response: Response) -> Result<Reply, Failure> {
        let mut bytes = Vec::new();
        while let Some(piece) = response.chunk().await.map_err(|error| self.unreachable(&error))? {
            self.within(bytes.len() + piece.len())?;
            bytes.extend_from_slice(&piece);
        }
        let answer: Answer =
            serde_json::from_slice(&bytes).map_err(|error| self.garbled(&error.to_string()))?;
        let mut reply = Reply::default();
        self.take(&mut reply, answer)?;
        if !reply.finished && reply.text.is_empty() {
            return Err(self.garbled("it holds no choice").into());
        }
        Ok(reply)
    }

    async fn streamed(&self, mut response: Response, deltas: &Deltas) -> Result<Reply, Failure> {
        let (mut events, mut reply, mut length, mut sent) = (Events::default(), Reply::default(), 0, false);
        let mut done = false;
        while !done {
            let piece = match response.chunk().await {
                Ok(Some(piece)) => piece,
                Ok(None) => break,
                Err(error) => {
                    return Err(self.restarted(self.unreachable(&error).into(), sent, deltas).await);
                }
            };
            length += piece.len();
            self.within(length)?;
            for data in events.push(&piece) {
                if data == "[DONE]" {
                    done = true;
                    break;
                }
                let taken = serde_json::from_str(&data).map_err(|error| self.garbled(&error.to_string()));
                let taken = taken.map_err(Failure::from).and_then(|answer| self.take(&mut reply, answer));
                match taken {
                    Ok(Some(text)) if !text.is_empty() => {
                        sent = true;
                        let _ = deltas.send(Delta::Text(text)).await;
                    }
                    Ok(_) => {}
                    Err(failure) => return Err(self.restarted(failure, sent, deltas).await),
                }
            }
        }
        if done || reply.finished {
            return Ok(reply);
        }
        Err(self.restarted(self.garbled("the stream broke off").into(), sent, deltas).await)
    }

    /// What was given out of a stream that failed is void.
    async fn restarted(&self, failure: Failure, sent: bool, deltas: &Deltas) -> Failure {
        if sent {
            let _ = deltas.send(Delta::Restart).await;
        }
        failure
    }

    fn take(&self, reply: &mut Reply, answer: Answer) -> Result<Option<String>, Failure> {
        if let Some(error) = &answer.error {
            // Sent with status 200, as some do when they fail after they began.
            let message = self.config.clean(&wire::message(error));
            return Err(LlmError::Failing { provider: self.name().to_owned(), status: 200, message }.into());
        }
        Ok(reply.take(answer))
    }

    fn within(&self, length: usize) -> Result<(), Failure> {
        if length <= self.config.max_body {
            return Ok(());
        }
        let error = LlmError::TooLarge { provider: self.name().to_owned(), limit: self.config.max_body };
        // It was paid for once; there is no reason to think that it would be shorter next time.
        Err(Failure { error, retry_after: None, again: false })
    }

    async fn refused(&self, mut response: Response) -> Failure {
        let provider = self.name().to_owned();
        let status = response.status().as_u16();
        let retry_after = retry::asked(response.headers(), &self.clock);
        let mut bytes = Vec::new();
        while let Ok(Some(piece)) = response.chunk().await {
            bytes.extend_from_slice(&piece);
            if bytes.len() > ERROR_BODY {
                break;
            }
        }
        let told: Option<Value> = serde_json::from_slice(&bytes).ok();
        let code =
            told.as_ref().and_then(|told| told["error"]["code"].as_str()).unwrap_or_default().to_owned();
        let message =
            told.map_or_else(|| String::from_utf8_lossy(&bytes).into_owned(), |told| wire::message(&told));
        let message = self.config.clean(&message);
        let error = match status {
            401 | 403 => LlmError::KeyRefused { provider, status },
            429 => LlmError::RateLimited { provider, retry_after },
            408 | 500.. => LlmError::Failing { provider, status, message },
            _ => LlmError::Refused { provider, status, message },
        };
        // An account without money has the same status as one that is too fast, and no wait helps it.
        Failure { error, retry_after, again: code != "insufficient_quota" }
    }

    fn unreachable(&self, error: &reqwest::Error) -> LlmError {
        let mut why = error.to_string();
        let mut source = std::error::Error::source(error);
        while let Some(inner) = source {
            why = inner.to_string();
            source = inner.source();
        }
        LlmError::Unreachable { provider: self.name().to_owned(), why: self.config.clean(&why) }
    }

    fn garbled(&self, why: &str) -> LlmError {
        LlmError::Garbled { provider: self.name().to_owned(), why: self.config.clean(why) }
    }
}
