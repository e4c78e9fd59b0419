//! What came of a job, for the queue: done, worth another attempt, or failed for good.

use std::fmt::Display;

use crate::db::DbError;
use crate::departures::DepartureError;
use crate::queue::{Context, Outcome};

/// What came of a room's verb, whose errors know whether trying again can help.
pub(super) fn settled<E: Display>(result: Result<(), E>, is_passing: impl FnOnce(&E) -> bool) -> Outcome {
    match result {
        Ok(()) => Outcome::Done,
        Err(error) => failed(&error, is_passing(&error)),
    }
}

pub(super) fn failed(error: &dyn Display, is_passing: bool) -> Outcome {
    if is_passing { Outcome::Retry(error.to_string()) } else { Outcome::Fail(error.to_string()) }
}

/// The organisation was deleted, and nothing is kept that tells of it.
pub(super) fn without_scope<S>(gone: Result<Option<S>, DbError>) -> Outcome {
    match gone {
        Err(error) => Outcome::Retry(error.to_string()),
        Ok(_) => Outcome::Gone,
    }
}

/// What ended before its time because it was told to: for good if a person has said so, and else to be done again.
pub(super) fn stopped(context: &Context) -> Outcome {
    if context.is_called_off() {
        Outcome::Cancelled
    } else {
        Outcome::Retry("it was stopped before its end".to_owned())
    }
}

/// As [`settled`]; what was called off while it ran is no failure.
pub(super) fn departed(result: Result<(), DepartureError>, context: &Context) -> Outcome {
    match result {
        Err(DepartureError::CalledOff) => stopped(context),
        result => settled(result, DepartureError::is_passing),
    }
}
