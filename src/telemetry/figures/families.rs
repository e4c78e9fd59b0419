//! The families of figures: their names, and what is told of them. `ops/alerts.yml` asks for them by these names.

use std::sync::atomic::AtomicU64;

use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::{Family, MetricConstructor};
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

use super::told::Told;

type Labels = Vec<(&'static str, String)>;
type Counts = Family<Labels, Counter>;
type Durations = Family<Labels, Histogram, Bounds>;

/// The bounds of a histogram's buckets, in seconds.
#[derive(Debug, Clone, Copy)]
struct Bounds(&'static [f64]);

impl MetricConstructor<Histogram> for Bounds {
    fn new_metric(&self) -> Histogram {
        Histogram::new(self.0.iter().copied())
    }
}

/// Requests: people and programs wait for them.
const QUICK: Bounds = Bounds(&[0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0]);
/// Work: nobody waits with a connection open.
const SLOW: Bounds = Bounds(&[0.01, 0.05, 0.25, 1.0, 2.5, 10.0, 30.0, 60.0, 300.0, 1800.0]);
/// Connections that are there already come at once.
const INSTANT: Bounds = Bounds(&[0.0001, 0.001, 0.01, 0.1, 0.5, 1.0, 5.0, 10.0]);

/// All that are counted. A clone counts into the same.
#[derive(Debug, Clone)]
pub(super) struct Families {
    requests: Counts,
    request_seconds: Durations,
    jobs_ended: Counts,
    job_seconds: Durations,
    jobs_lost: Counter,
    editions: Counts,
    edition_seconds: Durations,
    storage_errors: Counts,
    engine_calls: Counts,
    engine_seconds: Durations,
    engine_dollars: Family<Labels, Counter<f64, AtomicU64>>,
    webhooks: Counts,
    webhook_seconds: Durations,
    acquire_seconds: Histogram,
    acquire_timeouts: Counter,
}

impl Default for Families {
    fn default() -> Families {
        let durations = |bounds: Bounds| Durations::new_with_constructor(bounds);
        Families {
            requests: Counts::default(),
            request_seconds: durations(QUICK),
            jobs_ended: Counts::default(),
            job_seconds: durations(SLOW),
            jobs_lost: Counter::default(),
            editions: Counts::default(),
            edition_seconds: durations(SLOW),
            storage_errors: Counts::default(),
            engine_calls: Counts::default(),
            engine_seconds: durations(SLOW),
            engine_dollars: Family::default(),
            webhooks: Counts::default(),
            webhook_seconds: durations(SLOW),
            acquire_seconds: INSTANT.new_metric(),
            acquire_timeouts: Counter::default(),
        }
    }
}

impl Families {
    /// Puts them into a registry under their names; counters get `_total` behind theirs.
    #[rustfmt::skip]
    pub(super) fn register(&self, to: &mut Registry) {
        to.register("citepress_http_requests", "Requests answered, by face, operation, method and class of status", self.requests.clone());
        to.register("citepress_http_request_duration_seconds", "From the head of a request to the head of its answer", self.request_seconds.clone());
        to.register("citepress_jobs_ended", "Attempts at jobs, by kind and how they ended", self.jobs_ended.clone());
        to.register("citepress_job_duration_seconds", "Attempts at jobs, from their begin to their end", self.job_seconds.clone());
        to.register("citepress_jobs_lost", "Jobs taken back from workers that are lost", self.jobs_lost.clone());
        to.register("citepress_editions", "Editions built, by how that ended", self.editions.clone());
        to.register("citepress_edition_build_duration_seconds", "Building an edition, from gathering to the flip", self.edition_seconds.clone());
        to.register("citepress_storage_errors", "Failures of the storage", self.storage_errors.clone());
        to.register("citepress_engine_calls", "Calls of language models, by engine and how they ended", self.engine_calls.clone());
        to.register("citepress_engine_call_duration_seconds", "Calls of language models, repetitions among them", self.engine_seconds.clone());
        to.register("citepress_engine_cost_dollars", "What language models cost by their list prices, in US dollars", self.engine_dollars.clone());
        to.register("citepress_webhook_attempts", "Attempts at webhooks, by how they ended", self.webhooks.clone());
        to.register("citepress_webhook_duration_seconds", "Attempts at webhooks", self.webhook_seconds.clone());
        to.register("citepress_database_acquire_duration_seconds", "How long a connection to the database was waited for", self.acquire_seconds.clone());
        to.register("citepress_database_acquire_timeouts", "Waits for a connection to the database that were given up", self.acquire_timeouts.clone());
    }

    pub(super) fn answered(&self, told: &Told) {
        let (face, operation) = (("face", told.word("face")), ("operation", told.word("operation")));
        self.request_seconds
            .get_or_create(&vec![face.clone(), operation.clone()])
            .observe(told.number("seconds"));
        let status = ("status", class(told.number("status")).to_owned());
        self.requests.get_or_create(&vec![face, operation, ("method", told.word("method")), status]).inc();
    }

    pub(super) fn job_ended(&self, told: &Told) {
        let kind = ("kind", told.word("kind"));
        self.job_seconds.get_or_create(&vec![kind.clone()]).observe(told.number("seconds"));
        self.jobs_ended.get_or_create(&vec![kind, ("outcome", told.word("outcome"))]).inc();
    }

    pub(super) fn jobs_lost(&self, told: &Told) {
        self.jobs_lost.inc_by(told.number("jobs") as u64);
    }

    pub(super) fn edition_ended(&self, told: &Told) {
        self.edition_seconds.get_or_create(&Labels::new()).observe(told.number("seconds"));
        self.editions.get_or_create(&vec![("outcome", told.word("outcome"))]).inc();
    }

    pub(super) fn storage_failed(&self, told: &Told) {
        self.storage_errors.get_or_create(&vec![("how", told.word("how"))]).inc();
    }

    pub(super) fn engine_called(&self, told: &Told) {
        let engine = ("engine", told.word("engine"));
        self.engine_seconds.get_or_create(&vec![engine.clone()]).observe(told.number("seconds"));
        self.engine_dollars.get_or_create(&vec![engine.clone()]).inc_by(told.number("micros") / 1e6);
        self.engine_calls.get_or_create(&vec![engine, ("outcome", told.word("outcome"))]).inc();
    }

    pub(super) fn webhook_attempted(&self, told: &Told) {
        self.webhook_seconds.get_or_create(&Labels::new()).observe(told.number("seconds"));
        self.webhooks.get_or_create(&vec![("outcome", told.word("outcome"))]).inc();
    }

    pub(super) fn connection_had(&self, told: &Told) {
        self.acquire_seconds.observe(told.number("acquired_after_secs"));
    }

    pub(super) fn connection_missed(&self) {
        self.acquire_timeouts.inc();
    }
}

/// The class of a status: five time series instead of sixty.
fn class(status: f64) -> &'static str {
    match status as u16 {
        100..200 => "1xx",
        200..300 => "2xx",
        300..400 => "3xx",
        400..500 => "4xx",
        _ => "5xx",
    }
}
