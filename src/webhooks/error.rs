use super::rules::MOST;
use crate::accounts::AccountError;
use crate::db::DbError;
use crate::keys::BadSeal;
use crate::queue::QueueError;

/// Why a webhook could not be made, changed or sent.
#[derive(Debug, thiserror::Error)]
pub enum WebhookError {
    /// It is not there, or not the asker's.
    #[error("there is no such {0}")]
    NotFound(&'static str),
    /// A rule said no.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The owners could not be told.
    #[error(transparent)]
    Account(#[from] AccountError),
    /// A sealed secret does not open.
    #[error(transparent)]
    Seal(#[from] BadSeal),
    /// The queue refused.
    #[error(transparent)]
    Queue(#[from] QueueError),
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

/// A rule that said no. Each names the cure.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Nothing can be sent to this address.
    #[error("{0}")]
    Url(String),
    /// It would be told of nothing.
    #[error("an endpoint is told of one type of event at least")]
    NoTypes,
    /// There are enough.
    #[error("an organisation has at most {MOST} webhooks: delete one that is not used")]
    TooMany,
    /// It was changed since it was read.
    #[error("it was changed since you read it: read it again and repeat the change")]
    Changed,
    /// Nothing is sent to it.
    #[error("the webhook is off: switch it on first")]
    Off,
    /// It is still on its way.
    #[error("the delivery is still being tried: wait until it has got through or failed")]
    Pending,
}

impl WebhookError {
    /// Whether trying again later can help.
    pub fn is_passing(&self) -> bool {
        match self {
            WebhookError::Db(error) | WebhookError::Queue(QueueError::Db(error)) => error.is_passing(),
            WebhookError::Account(error) => error.is_passing(),
            _ => false,
        }
    }
}
