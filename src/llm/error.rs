//! Why there is no answer, and what can be done about it.

use std::time::Duration;

use super::cost::Cost;

/// Why a provider gave no usable answer. Holds no key and no prompt.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LlmError {
    #[error("{provider} can't be reached ({why}): check its address in the settings and the network")]
    Unreachable { provider: String, why: String },
    #[error("{provider} gave no answer within {} s: try later, or allow more time", after.as_secs_f32())]
    Deadline { provider: String, after: Duration },
    #[error("{provider} asks to wait{}: try later, or raise the limit of your account there", wait(*retry_after))]
    RateLimited { provider: String, retry_after: Option<Duration> },
    #[error("{provider} failed with status {status} ({message}): try later")]
    Failing { provider: String, status: u16, message: String },
    #[error("{provider} does not accept the key (status {status}): set a valid one")]
    KeyRefused { provider: String, status: u16 },
    #[error(
        "{provider} refused the request with status {status} ({message}): check the model's name and the request's size"
    )]
    Refused { provider: String, status: u16, message: String },
    #[error("{provider} sent more than {limit} bytes: the answer was dropped; ask for less")]
    TooLarge { provider: String, limit: usize },
    #[error(
        "{provider} sent what is no answer ({why}): check that its address is that of an OpenAI-compatible API"
    )]
    Garbled { provider: String, why: String },
    #[error(
        "{provider} did not keep to the form that was asked for, not even when asked again ({why}): try again, or choose another model"
    )]
    Malformed { provider: String, why: String, cost: Box<Cost> },
    #[error("{provider} stopped at the limit of tokens: allow more, or ask for less")]
    Cut { provider: String, cost: Box<Cost> },
    #[error("{provider} declined to answer ({why}): look at the sources for what it may not accept")]
    Declined { provider: String, why: String, cost: Box<Cost> },
    #[error("{provider} failed repeatedly and is left alone for {} s more: try later, or set another provider", rest.as_secs())]
    Resting { provider: String, rest: Duration },
    #[error("the sandbox {0}: set up a provider for that")]
    Sandbox(String),
    #[error("no provider answered: {}", list(.0))]
    AllFailed(Vec<LlmError>),
}

fn wait(retry_after: Option<Duration>) -> String {
    retry_after.map(|wait| format!(" {} s", wait.as_secs())).unwrap_or_default()
}

fn list(errors: &[LlmError]) -> String {
    errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

impl LlmError {
    /// Whether the provider, rather than the request, is the trouble: then another one may answer, or this one later.
    pub fn is_temporary(&self) -> bool {
        match self {
            LlmError::Unreachable { .. }
            | LlmError::Deadline { .. }
            | LlmError::RateLimited { .. }
            | LlmError::Failing { .. }
            | LlmError::Garbled { .. }
            | LlmError::TooLarge { .. }
            | LlmError::Resting { .. } => true,
            LlmError::AllFailed(errors) => errors.iter().any(LlmError::is_temporary),
            _ => false,
        }
    }

    /// One word for it.
    pub fn word(&self) -> &'static str {
        match self {
            LlmError::Unreachable { .. } => "unreachable",
            LlmError::Deadline { .. } => "deadline",
            LlmError::RateLimited { .. } => "rate_limited",
            LlmError::Failing { .. } => "failing",
            LlmError::KeyRefused { .. } => "key_refused",
            LlmError::Refused { .. } => "refused",
            LlmError::TooLarge { .. } => "too_large",
            LlmError::Garbled { .. } => "garbled",
            LlmError::Malformed { .. } => "malformed",
            LlmError::Cut { .. } => "cut",
            LlmError::Declined { .. } => "declined",
            LlmError::Resting { .. } => "resting",
            LlmError::Sandbox(_) => "sandbox",
            LlmError::AllFailed(_) => "all_failed",
        }
    }

    /// What has to be paid nonetheless.
    pub fn costs(&self) -> Vec<Cost> {
        match self {
            LlmError::Malformed { cost, .. }
            | LlmError::Cut { cost, .. }
            | LlmError::Declined { cost, .. } => {
                vec![(**cost).clone()]
            }
            LlmError::AllFailed(errors) => errors.iter().flat_map(LlmError::costs).collect(),
            _ => Vec::new(),
        }
    }
}
