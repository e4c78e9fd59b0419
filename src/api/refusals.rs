//! What rooms refuse, as problems: the one place where their errors meet HTTP.

use poem::http::StatusCode;

use super::problem::{FieldFault, Problem};
use crate::accounts::AccountError;
use crate::db::DbError;
use crate::departures::DepartureError;
use crate::flags::SwitchedOff;
use crate::pages::{PageError, Refusal};
use crate::publishing::PublishError;
use crate::queue::QueueError;
use crate::sites::{DomainFault, SiteError};
use crate::webhooks::{self, WebhookError};

const CONFLICT: StatusCode = StatusCode::CONFLICT;
const INVALID: StatusCode = StatusCode::UNPROCESSABLE_ENTITY;

/// A rule said no; its sentence names the mending.
fn refused(status: StatusCode, code: &str, error: &dyn std::fmt::Display) -> Problem {
    Problem::new(status, code, told(error))
}

/// An error as a sentence.
pub(super) fn told(error: &dyn std::fmt::Display) -> String {
    let mut detail = error.to_string();
    if let Some(first) = detail.get(..1).map(str::to_uppercase) {
        detail.replace_range(..1, &first);
    }
    if !detail.ends_with('.') {
        detail.push('.');
    }
    detail
}

/// The operator may switch it on again at any time.
impl From<&SwitchedOff> for Problem {
    fn from(off: &SwitchedOff) -> Problem {
        refused(StatusCode::SERVICE_UNAVAILABLE, "switched_off", off).again_in(60)
    }
}

/// The plan ends here; the sentence says what lifts it.
fn over_quota(error: &dyn std::fmt::Display) -> Problem {
    refused(StatusCode::PAYMENT_REQUIRED, "quota_exceeded", error)
}

impl From<DbError> for Problem {
    fn from(error: DbError) -> Problem {
        match error {
            // Two were at it in the same moment, and the other was first.
            DbError::Conflict(_) => {
                let detail = "Somebody made the same thing at the same moment. Look at it, then try again.";
                Problem::new(CONFLICT, "conflict", detail)
            }
            DbError::Gone(_) => Problem::not_found("thing any more"),
            error if error.is_passing() => Problem::away(&error),
            error => Problem::broken(&error),
        }
    }
}

impl From<QueueError> for Problem {
    fn from(error: QueueError) -> Problem {
        match error {
            QueueError::Db(error) => error.into(),
            QueueError::NotFound => Problem::not_found("job"),
            other => refused(CONFLICT, "job_state", &other),
        }
    }
}

impl From<AccountError> for Problem {
    fn from(error: AccountError) -> Problem {
        use AccountError as E;
        match &error {
            E::Db(_) | E::Queue(_) | E::Mail(_) | E::Seal(_) | E::Busy | E::Provider(_)
                if error.is_passing() =>
            {
                Problem::away(&error)
            }
            E::Db(_) | E::Queue(_) | E::Mail(_) | E::Seal(_) => Problem::broken(&error),
            E::Quota(_) => over_quota(&error),
            E::SwitchedOff(off) => off.into(),
            E::TooOften(wait) => refused(StatusCode::TOO_MANY_REQUESTS, "invited_too_often", &error)
                .again_in(wait.as_secs() + 1),
            E::NotFound(what) => Problem::not_found(what),
            E::Forbidden(_) => refused(StatusCode::FORBIDDEN, "role_too_low", &error),
            E::SlugTaken(_) | E::Member(_) | E::LastOwner | E::SetUp => refused(CONFLICT, "conflict", &error),
            _ => refused(INVALID, "invalid_request", &error),
        }
    }
}

impl From<SiteError> for Problem {
    fn from(error: SiteError) -> Problem {
        match error {
            SiteError::Db(error) => error.into(),
            SiteError::Quota(_) => over_quota(&error),
            SiteError::Storage(error) => Problem::away(&error),
            SiteError::Changed => refused(StatusCode::PRECONDITION_FAILED, "changed", &error),
            SiteError::Taken(_) => refused(CONFLICT, "taken", &error),
            SiteError::BadPath(_) => refused(INVALID, "bad_path", &error),
            SiteError::Domain(fault) => {
                use DomainFault::{Known, NotVerified, Taken, TooMany};
                let conflict = matches!(fault, Known(_) | NotVerified(_) | Taken(_) | TooMany);
                refused(if conflict { CONFLICT } else { INVALID }, fault.code(), &fault)
            }
            SiteError::Redirects(_) => refused(INVALID, "bad_redirect", &error),
        }
    }
}

impl From<PageError> for Problem {
    fn from(error: PageError) -> Problem {
        match error {
            PageError::NotFound(_) => Problem::not_found("page"),
            PageError::Refused(refusal) => refusal.into(),
            PageError::SwitchedOff(off) => (&off).into(),
            PageError::Db(error) => error.into(),
            PageError::Queue(error) => error.into(),
            other if other.is_passing() => Problem::away(&other),
            other => refused(INVALID, "source_unusable", &other),
        }
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Problem {
        let (status, code) = match &refusal {
            Refusal::Quota(_) => return over_quota(&refusal),
            Refusal::PathTaken(_) => (CONFLICT, "taken"),
            Refusal::BadPath(_) => (INVALID, "bad_path"),
            Refusal::Nul { .. } | Refusal::TooLong { .. } => (INVALID, "bad_text"),
            Refusal::NoSources(_) => (INVALID, "no_sources"),
            Refusal::BadAddress(_) => (INVALID, "bad_address"),
            Refusal::Answered { .. } | Refusal::Nothing { .. } => (INVALID, "source_unusable"),
            Refusal::NoText => (CONFLICT, "no_text"),
            Refusal::Unsupported { .. } => (CONFLICT, "unsupported_claims"),
            Refusal::NotJudged => (CONFLICT, "not_judged"),
            Refusal::BelowGate { .. } => (CONFLICT, "below_gate"),
            Refusal::State { .. } | Refusal::Live => (CONFLICT, "page_state"),
            Refusal::Time => (INVALID, "bad_time"),
            Refusal::NoClaim => (CONFLICT, "nothing_to_waive"),
            Refusal::Changed { .. } => (StatusCode::PRECONDITION_FAILED, "changed"),
        };
        refused(status, code, &refusal)
    }
}

impl From<PublishError> for Problem {
    fn from(error: PublishError) -> Problem {
        match error {
            PublishError::NotFound(_) => Problem::not_found("edition"),
            PublishError::NotReady { .. } => refused(CONFLICT, "edition_state", &error),
            PublishError::Removed { .. } => refused(StatusCode::NOT_FOUND, "edition_removed", &error),
            PublishError::NoneBefore => refused(CONFLICT, "edition_removed", &error),
            PublishError::Faults(_) => refused(INVALID, "content_faults", &error),
            PublishError::SwitchedOff(off) => (&off).into(),
            PublishError::Page(error) => error.into(),
            PublishError::Site(error) => error.into(),
            PublishError::Queue(error) => error.into(),
            PublishError::Db(error) => error.into(),
            other if other.is_passing() => Problem::away(&other),
            other => Problem::broken(&other),
        }
    }
}

impl From<WebhookError> for Problem {
    fn from(error: WebhookError) -> Problem {
        match error {
            WebhookError::NotFound(what) => Problem::not_found(what),
            WebhookError::Refused(refusal) => refusal.into(),
            WebhookError::Account(error) => error.into(),
            WebhookError::Queue(error) => error.into(),
            WebhookError::Db(error) => error.into(),
            other => Problem::broken(&other),
        }
    }
}

impl From<DepartureError> for Problem {
    fn from(error: DepartureError) -> Problem {
        use DepartureError as E;
        match error {
            E::NotFound(_) => Problem::not_found("export"),
            E::NotReady(_) => refused(CONFLICT, "export_state", &error),
            E::NotPublished => refused(CONFLICT, "not_published", &error),
            E::Account(error) => error.into(),
            E::Queue(error) => error.into(),
            E::Db(error) => error.into(),
            other if other.is_passing() => Problem::away(&other),
            other => Problem::broken(&other),
        }
    }
}

impl From<webhooks::Refusal> for Problem {
    fn from(refusal: webhooks::Refusal) -> Problem {
        use webhooks::Refusal as R;
        let fault = |pointer: &str, code: &str| {
            let (pointer, code) = (pointer.to_owned(), code.to_owned());
            Problem::invalid(vec![FieldFault { pointer, code, message: refusal.to_string() }])
        };
        match &refusal {
            R::Url(_) => fault("/url", "url"),
            R::NoTypes => fault("/events", "too_few"),
            R::TooMany => refused(CONFLICT, "too_many_webhooks", &refusal),
            R::Changed => refused(StatusCode::PRECONDITION_FAILED, "changed", &refusal),
            R::Off => refused(CONFLICT, "webhook_off", &refusal),
            R::Pending => refused(CONFLICT, "delivery_pending", &refusal),
        }
    }
}
