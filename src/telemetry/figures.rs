//! What is counted while the process runs: a layer that turns the marks of rooms (`marks`) into Prometheus' figures. It
//! looks at those events alone, whatever the log shows.

mod families;
mod told;

use std::fmt;

use prometheus_client::encoding::prometheus_text;
use prometheus_client::registry::Registry;
use tracing::level_filters::LevelFilter;
use tracing::{Event, Metadata, Subscriber, dispatcher};
use tracing_subscriber::Layer;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::Context;

use self::families::Families;
use self::told::Told;
use super::{Boxed, Readings, process};
use crate::marks;

/// The figures of one process. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Figures(Families);

/// Where the library below `db` tells how long a connection was waited for.
const ACQUIRED: &str = "sqlx::pool::acquire";

impl Figures {
    /// The media type of [`Figures::text`].
    pub const MEDIA_TYPE: &'static str = prometheus_text::CONTENT_TYPE;

    /// Those that this process counts; all of them zero where nothing was started.
    pub fn of_process() -> Figures {
        let found = dispatcher::get_default(|current| {
            current.downcast_ref::<Counting>().map(|layer| layer.0.clone())
        });
        found.unwrap_or_default()
    }

    /// Everything that is known, as Prometheus reads it: what was counted, what the process is, and what was read just now.
    ///
    /// # Errors
    /// When a figure has no text.
    pub fn text(&self, mut readings: Readings) -> Result<String, fmt::Error> {
        process::read(&mut readings);
        let mut registry = Registry::default();
        self.0.register(&mut registry);
        registry.register_collector(Box::new(readings));
        let mut text = String::with_capacity(16 * 1024);
        prometheus_text::encode(&mut text, &registry)?;
        Ok(text)
    }

    pub(super) fn layer(self) -> Boxed {
        let known = filter_fn(is_known).with_max_level_hint(LevelFilter::DEBUG);
        Counting(self).with_filter(known).boxed()
    }
}

fn is_known(metadata: &Metadata<'_>) -> bool {
    metadata.is_event() && (marks::ALL.contains(&metadata.name()) || metadata.target() == ACQUIRED)
}

struct Counting(Figures);

impl<S: Subscriber> Layer<S> for Counting {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut told = Told::default();
        event.record(&mut told);
        let families = &self.0.0;
        match event.metadata().name() {
            marks::ANSWERED => families.answered(&told),
            marks::JOB_ENDED => families.job_ended(&told),
            marks::JOBS_LOST => families.jobs_lost(&told),
            marks::EDITION_ENDED => families.edition_ended(&told),
            marks::STORAGE_FAILED => families.storage_failed(&told),
            marks::ENGINE_CALLED => families.engine_called(&told),
            marks::WEBHOOK_ATTEMPTED => families.webhook_attempted(&told),
            marks::CONNECTION_MISSED => families.connection_missed(),
            _ => families.connection_had(&told),
        }
    }
}
