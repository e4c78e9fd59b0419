//! Spans as those who read traces want them: a request by its method and operation, a job by its kind, a failure as one. Done
//! here, so that the rooms that open the spans need no words of OpenTelemetry's.

use std::future::Future;
use std::time::Duration;

use opentelemetry::trace::{SpanKind, Status};
use opentelemetry::{KeyValue, Value};
use opentelemetry_otlp::SpanExporter as Otlp;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{SpanData, SpanExporter};

use crate::marks;

#[derive(Debug)]
pub(super) struct Named(pub Otlp);

impl SpanExporter for Named {
    fn export(&self, mut batch: Vec<SpanData>) -> impl Future<Output = OTelSdkResult> + Send {
        batch.iter_mut().for_each(name);
        self.0.export(batch)
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.0.shutdown_with_timeout(timeout)
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.0.force_flush()
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.0.set_resource(resource);
    }
}

fn name(span: &mut SpanData) {
    match span.name.as_ref() {
        marks::REQUEST => {
            span.span_kind = SpanKind::Server;
            if let (Some(method), Some(operation)) = (word(span, "method"), word(span, "operation")) {
                span.name = format!("{method} {operation}").into();
            }
            if number(span, "status").is_some_and(|status| status >= 500) {
                span.status = Status::error("");
            }
        }
        marks::JOB => {
            span.span_kind = SpanKind::Consumer;
            if let Some(kind) = word(span, "kind") {
                span.name = format!("job {kind}").into();
            }
        }
        marks::ENGINE_CALL => span.span_kind = SpanKind::Client,
        _ => {}
    }
}

fn value<'a>(span: &'a SpanData, name: &str) -> Option<&'a Value> {
    let found: Option<&KeyValue> = span.attributes.iter().find(|attribute| attribute.key.as_str() == name);
    found.map(|attribute| &attribute.value)
}

fn word(span: &SpanData, name: &str) -> Option<String> {
    value(span, name).map(|value| value.as_str().into_owned())
}

fn number(span: &SpanData, name: &str) -> Option<i64> {
    match value(span, name)? {
        Value::I64(number) => Some(*number),
        _ => None,
    }
}
