//! Work that nobody waits for with a connection open.

use std::fmt::Display;
use std::time::Duration;

use tracing::Span;

use super::{
    CONNECTION_MISSED, EDITION_ENDED, ENGINE_CALL, ENGINE_CALLED, JOB, JOB_ENDED, JOBS_LOST, STORAGE_FAILED,
    WEBHOOK_ATTEMPTED,
};

/// An attempt of a job; at the level of a request's.
pub fn job_span(kind: &str, id: &dyn Display, attempt: u32) -> Span {
    tracing::error_span!(target: "queue", JOB, kind, job_id = %id, attempt = i64::from(attempt))
}

/// It has ended: `outcome` is a word of the queue's.
pub fn job_ended(kind: &str, outcome: &'static str, took: Duration) {
    let seconds = took.as_secs_f64();
    tracing::debug!(name: JOB_ENDED, target: "queue", kind, outcome, seconds, "an attempt has ended");
}

/// So many jobs were taken back because their worker is lost.
pub fn jobs_lost(jobs: u64) {
    tracing::warn!(name: JOBS_LOST, target: "queue", jobs, "taken back from a lost worker");
}

/// The building of an edition has ended: `outcome` is a word of publishing's.
pub fn edition_ended(outcome: &'static str, took: Duration) {
    let seconds = took.as_secs_f64();
    tracing::debug!(name: EDITION_ENDED, target: "publishing", outcome, seconds, "an edition's build has ended");
}

/// The storage could not be used, or holds what it should not. Whoever asked for it tells why.
pub fn storage_failed(how: &'static str) {
    tracing::debug!(name: STORAGE_FAILED, target: "storage", how, "the storage has failed");
}

/// A call of an engine. Its name stands in the settings.
pub fn engine_span(engine: &str, model: &str) -> Span {
    tracing::info_span!(target: "llm", ENGINE_CALL, engine, model)
}

/// An engine was asked: `outcome` is a word of its room's, `micros` what is to be paid, in millionths of a US dollar.
pub fn engine_called(engine: &str, outcome: &'static str, took: Duration, micros: u64) {
    let seconds = took.as_secs_f64();
    tracing::debug!(name: ENGINE_CALLED, target: "llm", engine, outcome, seconds, micros, "an engine was asked");
}

/// A webhook was tried: `outcome` is a word of its room's.
pub fn webhook_attempted(outcome: &'static str, took: Duration) {
    let seconds = took.as_secs_f64();
    tracing::debug!(name: WEBHOOK_ATTEMPTED, target: "webhooks", outcome, seconds, "a webhook was tried");
}

/// No connection to the database came free in time. Whoever waited tells the rest.
pub fn connection_missed() {
    tracing::debug!(name: CONNECTION_MISSED, target: "db", "no connection came free in time");
}
