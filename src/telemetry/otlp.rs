//! Traces to an OpenTelemetry collector: OTLP over HTTP with protobuf, in batches, from a queue that forgets what it has no
//! room for.

mod named;

use std::collections::HashMap;
use std::future::Future;
use std::time::Duration;

use async_trait::async_trait;
use opentelemetry::propagation::TextMapPropagator;
use opentelemetry::trace::{FutureExt, TracerProvider};
use opentelemetry::{Context, KeyValue};
use opentelemetry_http::{Bytes, HeaderExtractor, HttpClient, HttpError, Request, Response};
use opentelemetry_otlp::{SpanExporter, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::{BatchConfigBuilder, BatchSpanProcessor, Sampler, SdkTracerProvider};
use poem::http::HeaderMap;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::{Layer, Registry};

use self::named::Named;
use super::courier::{Courier, Sender};
use super::{BadTelemetry, Boxed};
use crate::config::Otlp;

/// Spans that wait to be sent; further ones are forgotten.
const QUEUE: usize = 4_096;
const BATCH: usize = 512;
/// How long a span waits for company.
const EVERY: Duration = Duration::from_secs(2);
/// How long the end of the process waits for the last of them.
const FLUSH: Duration = Duration::from_secs(3);
/// Whose spans are sent: work that a person would look for. Libraries' own stay here.
const OF: [&str; 5] = ["api", "console", "queue", "llm", "publishing"];

/// The sending of traces. Dropped, it sends what waits.
pub(super) struct Traces {
    provider: SdkTracerProvider,
    // After the provider, which sends by it.
    _courier: Courier,
}

impl Drop for Traces {
    fn drop(&mut self) {
        if let Err(error) = self.provider.shutdown_with_timeout(FLUSH) {
            tracing::warn!(target: "telemetry", %error, "the last traces could not be sent");
        }
    }
}

pub(super) fn start(settings: &Otlp) -> Result<(Boxed, Traces), BadTelemetry> {
    let bad = |error: &dyn std::fmt::Display| BadTelemetry::new("otlp.endpoint", error);
    let courier = Courier::new().map_err(|error| bad(&error))?;
    let sender = courier.sender("the OTLP collector").ok_or_else(|| bad(&"the courier has ended"))?;
    let exporter = SpanExporter::builder()
        .with_http()
        .with_http_client(ByCourier(sender))
        .with_endpoint(address(&settings.endpoint)?)
        .with_headers(headers(settings.headers.reveal())?)
        .with_timeout(Duration::from_secs(10))
        .build()
        .map_err(|error| bad(&error))?;
    let config = BatchConfigBuilder::default()
        .with_max_queue_size(QUEUE)
        .with_max_export_batch_size(BATCH)
        .with_scheduled_delay(EVERY)
        .build();
    let processor = BatchSpanProcessor::builder(Named(exporter)).with_batch_config(config).build();
    let ratio = Sampler::TraceIdRatioBased(settings.ratio);
    let resource = Resource::builder()
        .with_service_name(settings.service_name.clone())
        .with_attribute(KeyValue::new("service.version", env!("CARGO_PKG_VERSION")));
    let provider = SdkTracerProvider::builder()
        .with_span_processor(processor)
        .with_sampler(Sampler::ParentBased(Box::new(ratio)))
        .with_resource(resource.build())
        .build();
    let layer = tracing_opentelemetry::layer::<Registry>()
        .with_tracer(provider.tracer("citepress"))
        .with_context_activation(false)
        .with_tracked_inactivity(false)
        .with_threads(false)
        .with_location(false)
        .with_filter(
            filter_fn(|metadata| metadata.is_span() && OF.contains(&metadata.target()))
                .with_max_level_hint(LevelFilter::INFO),
        );
    Ok((layer.boxed(), Traces { provider, _courier: courier }))
}

/// Where traces are posted: the collector's address may be given with or without the path that the protocol knows.
fn address(endpoint: &str) -> Result<String, BadTelemetry> {
    let url = url::Url::parse(endpoint).map_err(|error| BadTelemetry::new("otlp.endpoint", error))?;
    if !["http", "https"].contains(&url.scheme()) {
        return Err(BadTelemetry::new("otlp.endpoint", "write http://HOST:4318 or https://HOST"));
    }
    Ok(match url.path() {
        "" | "/" => format!("{}/v1/traces", endpoint.trim_end_matches('/')),
        _ => endpoint.to_owned(),
    })
}

/// `NAME=VALUE`, several with commas between.
fn headers(text: &str) -> Result<HashMap<String, String>, BadTelemetry> {
    let pairs = text.split(',').map(str::trim).filter(|pair| !pair.is_empty());
    let pairs = pairs.map(|pair| {
        let (name, value) = pair.split_once('=')?;
        Some((name.trim().to_owned(), value.trim().to_owned()))
    });
    let pairs: Option<HashMap<String, String>> = pairs.collect();
    pairs.ok_or_else(|| BadTelemetry::new("otlp.headers", "write NAME=VALUE, with commas between several"))
}

/// Does `work` as a part of the trace that the request's headers name, if they name one. Whoever calls this has looked whether
/// the sender may say so.
pub fn carried<T>(headers: &HeaderMap, work: impl Future<Output = T>) -> impl Future<Output = T> {
    let context = match headers.contains_key("traceparent") {
        true => {
            TraceContextPropagator::new().extract_with_context(&Context::new(), &HeaderExtractor(headers))
        }
        false => Context::new(),
    };
    work.with_context(context)
}

/// Our own client, in the form that the exporter wants.
#[derive(Debug)]
struct ByCourier(Sender);

#[async_trait]
impl HttpClient for ByCourier {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let (parts, body) = request.into_parts();
        let request = self.0.client().request(parts.method, parts.uri.to_string());
        let (answer, body) = self.0.send(request.headers(parts.headers).body(body).build()?).await?;
        let mut response = Response::new(body);
        *response.status_mut() = answer.status();
        *response.headers_mut() = answer.headers().clone();
        Ok(response)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_collectors_address_needs_no_path() {
        for given in ["http://c.example:4318", "http://c.example:4318/", "http://c.example:4318/v1/traces"] {
            assert_eq!(address(given).unwrap(), "http://c.example:4318/v1/traces", "{given}");
        }
        assert_eq!(address("https://c.example/otlp/v1/traces").unwrap(), "https://c.example/otlp/v1/traces");
        for wrong in ["c.example:4318", "ftp://c.example", "/v1/traces"] {
            let said = address(wrong).unwrap_err().to_string();
            assert!(said.starts_with("setting otlp.endpoint: "), "{said}");
        }
    }

    #[test]
    fn headers_are_pairs_and_a_wrong_one_is_not_shown() {
        let read = headers("authorization=Bearer abc=, x-tenant = 7,").unwrap();
        assert_eq!((read["authorization"].as_str(), read["x-tenant"].as_str()), ("Bearer abc=", "7"));
        assert!(headers("").unwrap().is_empty());
        let said = headers("a-secret-alone").unwrap_err().to_string();
        assert!(said.contains("otlp.headers") && !said.contains("a-secret-alone"), "{said}");
    }
}
