//! By what rooms tell how work went: spans of what takes a while, and one event at each end. Written to `tracing`, so that
//! a room knows nobody who counts; `telemetry` reads them by the names that stand here, and nowhere else. No words of
//! tenants go in: what is told here becomes the name of a time series.

mod request;
mod work;

pub use request::{Asked, Face};
pub use work::{
    connection_missed, edition_ended, engine_called, engine_span, job_ended, job_span, jobs_lost,
    storage_failed, webhook_attempted,
};

/// A request of a face has been answered: `face`, `operation`, `method`, `status`, `seconds`.
pub const ANSWERED: &str = "request.answered";
/// An attempt of a job has ended: `kind`, `outcome`, `seconds`.
pub const JOB_ENDED: &str = "job.ended";
/// Jobs were taken back from a worker that is lost: `jobs`.
pub const JOBS_LOST: &str = "jobs.lost";
/// The building of an edition has ended: `outcome`, `seconds`.
pub const EDITION_ENDED: &str = "edition.ended";
/// The storage has failed: `how`.
pub const STORAGE_FAILED: &str = "storage.failed";
/// An engine was asked: `engine`, `outcome`, `seconds`, `micros`.
pub const ENGINE_CALLED: &str = "engine.called";
/// A webhook was tried: `outcome`, `seconds`.
pub const WEBHOOK_ATTEMPTED: &str = "webhook.attempted";
/// No connection to the database came free in time.
pub const CONNECTION_MISSED: &str = "connection.missed";

/// All of them.
pub const ALL: [&str; 8] = [
    ANSWERED,
    JOB_ENDED,
    JOBS_LOST,
    EDITION_ENDED,
    STORAGE_FAILED,
    ENGINE_CALLED,
    WEBHOOK_ATTEMPTED,
    CONNECTION_MISSED,
];

/// The name of a request's span: `request_id`, `face`, `method`, and at its end `operation`, `status`, `duration_ms`.
pub const REQUEST: &str = "request";
/// The name of the span of an attempt at a job: `kind`, `job_id`, `attempt`.
pub const JOB: &str = "queue.job";
/// The name of the span of an engine's call: `engine`, `model`.
pub const ENGINE_CALL: &str = "llm.call";
