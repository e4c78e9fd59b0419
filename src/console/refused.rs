//! What rooms refuse, as sentences for the form that asked: the one place where their errors meet the screens.

use poem::http::StatusCode;

use super::fault::Fault;
use crate::accounts::AccountError;
use crate::db::DbError;
use crate::departures::DepartureError;
use crate::pages::PageError;
use crate::publishing::PublishError;
use crate::queue::QueueError;
use crate::sites::SiteError;
use crate::webhooks::WebhookError;

/// An error of a room: a sentence to show beside the form, or the end of the request.
pub(super) trait Refused: Sized {
    /// The sentence where a rule said no; the fault where there is nothing that the person could mend in the form.
    fn sentence(self) -> Result<String, Fault>;
}

/// Begins like a sentence and ends like one. A file or a domain that it begins with keeps its letters.
pub(super) fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let is_name = text.split_whitespace().next().is_some_and(|word| word.trim_end_matches('.').contains('.'));
    let mut whole: String = match letters.next() {
        Some(first) if !is_name => first.to_uppercase().chain(letters).collect(),
        _ => text.to_owned(),
    };
    if !whole.ends_with(['.', '?', '!']) {
        whole.push('.');
    }
    whole
}

impl From<DbError> for Fault {
    fn from(error: DbError) -> Fault {
        match error {
            DbError::Conflict(_) => {
                let detail =
                    "Somebody made the same thing at the same moment. Go back, look at it, and try again.";
                Fault::told(StatusCode::CONFLICT, detail)
            }
            error if error.is_passing() => Fault::away(&error),
            error => Fault::broken(&error),
        }
    }
}

impl Refused for DbError {
    fn sentence(self) -> Result<String, Fault> {
        Err(self.into())
    }
}

impl Refused for QueueError {
    fn sentence(self) -> Result<String, Fault> {
        match self {
            QueueError::Db(error) => Err(error.into()),
            QueueError::NotFound => Err(Fault::NotFound),
            other => Ok(sentence(&other.to_string())),
        }
    }
}

impl Refused for AccountError {
    fn sentence(self) -> Result<String, Fault> {
        use AccountError as E;
        match self {
            E::Db(error) | E::Queue(QueueError::Db(error)) => Err(error.into()),
            E::Queue(_) | E::Seal(_) => Err(Fault::broken(&self)),
            E::Mail(_) => Err(Fault::away(&self)),
            E::NotFound(_) => Err(Fault::NotFound),
            E::Forbidden(_) => Err(Fault::forbidden(sentence(&self.to_string()))),
            other => Ok(sentence(&other.to_string())),
        }
    }
}

impl Refused for SiteError {
    fn sentence(self) -> Result<String, Fault> {
        match self {
            SiteError::Db(error) => Err(error.into()),
            other => Ok(sentence(&other.to_string())),
        }
    }
}

impl Refused for PageError {
    fn sentence(self) -> Result<String, Fault> {
        match self {
            PageError::NotFound(_) => Err(Fault::NotFound),
            PageError::Db(error) | PageError::Queue(QueueError::Db(error)) => Err(error.into()),
            PageError::Queue(_) | PageError::Stopped(_) => Err(Fault::broken(&self)),
            other => Ok(sentence(&other.to_string())),
        }
    }
}

impl Refused for PublishError {
    fn sentence(self) -> Result<String, Fault> {
        match self {
            PublishError::NotFound(_) => Err(Fault::NotFound),
            PublishError::Page(error) => error.sentence(),
            PublishError::Site(error) => error.sentence(),
            PublishError::Queue(error) => error.sentence(),
            PublishError::Db(error) => Err(error.into()),
            PublishError::NotReady { .. }
            | PublishError::SwitchedOff(_)
            | PublishError::Faults(_)
            | PublishError::Removed { .. }
            | PublishError::NoneBefore => Ok(sentence(&self.to_string())),
            other if other.is_passing() => Err(Fault::away(&other)),
            other => Err(Fault::broken(&other)),
        }
    }
}

impl Refused for DepartureError {
    fn sentence(self) -> Result<String, Fault> {
        match self {
            DepartureError::NotFound(_) => Err(Fault::NotFound),
            DepartureError::Account(error) => error.sentence(),
            DepartureError::Queue(error) => error.sentence(),
            DepartureError::Db(error) => Err(error.into()),
            DepartureError::NotReady(_) => Ok(sentence(&self.to_string())),
            other if other.is_passing() => Err(Fault::away(&other)),
            other => Err(Fault::broken(&other)),
        }
    }
}

impl Refused for WebhookError {
    fn sentence(self) -> Result<String, Fault> {
        match self {
            WebhookError::NotFound(_) => Err(Fault::NotFound),
            WebhookError::Refused(refusal) => Ok(sentence(&refusal.to_string())),
            WebhookError::Account(error) => error.sentence(),
            WebhookError::Queue(error) => error.sentence(),
            WebhookError::Db(error) => Err(error.into()),
            WebhookError::Seal(_) => Err(Fault::broken(&self)),
        }
    }
}

/// Where there is no form to show a sentence beside: the sentence is the page.
macro_rules! faults {
    ($($error:ty),*) => {$(
        impl From<$error> for Fault {
            fn from(error: $error) -> Fault {
                error.sentence().map_or_else(|fault| fault, |told| Fault::told(StatusCode::CONFLICT, told))
            }
        }
    )*};
}
faults!(AccountError, SiteError, PageError, PublishError, QueueError, WebhookError, DepartureError);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_reads_as_a_sentence() {
        assert_eq!(sentence("a name has 1 to 100 characters"), "A name has 1 to 100 characters.");
        assert_eq!(sentence("Écrit !"), "Écrit !");
        assert_eq!(sentence("docs.acme.com is in use"), "docs.acme.com is in use.");
        assert_eq!(sentence("content/a.md:4: goes nowhere"), "content/a.md:4: goes nowhere.");
    }
}
