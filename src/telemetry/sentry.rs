//! Errors and panics to Sentry. What is sent is made here field by field, so that nothing leaves which nobody has thought of:
//! the line's own words and its error, scrubbed; the ids of request and job; release and environment. No headers, cookies,
//! bodies, addresses or users.

mod transport;

use std::fmt::Debug;
use std::sync::Arc;
use std::time::Duration;

use ::sentry::protocol::{Event as Report, Level, Map};
use ::sentry::types::Dsn;
use ::sentry::{Client, ClientOptions};
use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::LookupSpan;

use self::transport::ByCourier;
use super::courier::Courier;
use super::scrub::scrubbed;
use super::{BadTelemetry, Boxed};
use crate::config::Sentry;
use crate::marks;

/// How long the end of the process waits for the last reports.
const FLUSH: Duration = Duration::from_secs(3);
/// What of a span is told with an error in it.
const OF_SPANS: [&str; 7] = ["request_id", "face", "method", "operation", "kind", "job_id", "attempt"];
/// What of an error's own fields is told; everything else stays here.
const OF_ERRORS: [&str; 4] = ["message", "error", "cause", "place"];

/// The sending of reports. Dropped, it sends what waits.
pub(super) struct Reports {
    client: Arc<Client>,
    // After the client, which sends by it.
    _courier: Courier,
}

impl Drop for Reports {
    fn drop(&mut self) {
        if !self.client.close(Some(FLUSH)) {
            tracing::warn!(target: "telemetry", "the last reports to Sentry could not be sent");
        }
    }
}

pub(super) fn start(settings: &Sentry) -> Result<(Boxed, Reports), BadTelemetry> {
    let bad = |error: &dyn std::fmt::Display| BadTelemetry::new("sentry.dsn", error);
    let text = settings.dsn.reveal();
    // The library panics at one that it can't read.
    let dsn: Dsn = text.parse().map_err(|_| bad(&"write https://KEY@HOST/PROJECT, as Sentry shows it"))?;
    let courier = Courier::new().map_err(|error| bad(&error))?;
    let sender = courier.sender("Sentry").ok_or_else(|| bad(&"the courier has ended"))?;
    let options = ClientOptions::new()
        .dsn(text)
        .release(concat!("citepress@", env!("CARGO_PKG_VERSION")))
        .environment(settings.environment.clone())
        .transport(Arc::new(ByCourier::start(sender, &dsn)));
    let client = Arc::new(Client::from(options));
    let layer = Reporting(Arc::clone(&client))
        .with_filter(filter_fn(is_told).with_max_level_hint(LevelFilter::ERROR));
    Ok((layer.boxed(), Reports { client, _courier: courier }))
}

fn is_told(metadata: &Metadata<'_>) -> bool {
    match metadata.is_span() {
        true => [marks::REQUEST, marks::JOB].contains(&metadata.name()),
        false => *metadata.level() == tracing::Level::ERROR,
    }
}

struct Reporting(Arc<Client>);

/// Fields by name.
#[derive(Default)]
struct Fields(Vec<(&'static str, String)>);

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Reporting {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        span.extensions_mut().insert(fields);
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        if let Some(fields) = span.extensions_mut().get_mut::<Fields>() {
            values.record(fields);
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut tags = Map::new();
        for span in context.event_scope(event).into_iter().flatten() {
            let extensions = span.extensions();
            let fields = extensions.get::<Fields>().into_iter().flat_map(|fields| &fields.0);
            let told = fields.filter(|(name, _)| OF_SPANS.contains(name));
            tags.extend(told.map(|(name, value)| ((*name).to_owned(), value.clone())));
        }
        let mut fields = Fields::default();
        event.record(&mut fields);
        let mut report = Report { level: Level::Error, tags, ..Report::default() };
        report.logger = Some(event.metadata().target().to_owned());
        for (name, value) in fields.0.into_iter().filter(|(name, _)| OF_ERRORS.contains(name)) {
            let value = scrubbed(&value);
            if name == "message" {
                report.message = Some(value);
            } else {
                report.extra.insert(name.to_owned(), value.into());
            }
        }
        self.0.capture_event(report, None);
    }
}

impl Visit for Fields {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.push((field.name(), value.to_owned()));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.push((field.name(), format!("{value:?}")));
    }
}
