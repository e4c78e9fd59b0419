//! Traces, as a collector gets them.

use std::time::{Duration, Instant};

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue};
use opentelemetry_proto::tonic::trace::v1::Span;
use opentelemetry_proto::tonic::trace::v1::span::SpanKind;
use prost::Message;
use reqwest::Method;
use tokio::net::{TcpListener, TcpSocket};

use super::process::{Installation, PATIENCE};
use super::receiver::{Posted, Receiver};
use crate::api::rig::sent;

/// All spans that have come, with the name of the service that sent them.
fn spans(journal: &[Posted]) -> Vec<(String, Span)> {
    let read = |posted: &Posted| {
        assert_eq!(
            (posted.path.as_str(), posted.header("content-type")),
            ("/v1/traces", "application/x-protobuf")
        );
        ExportTraceServiceRequest::decode(posted.body.as_slice()).unwrap().resource_spans
    };
    let mut found = Vec::new();
    for resource in journal.iter().flat_map(read) {
        let service = attribute(&resource.resource.unwrap().attributes, "service.name").unwrap();
        found.extend(
            resource
                .scope_spans
                .into_iter()
                .flat_map(|scope| scope.spans)
                .map(|span| (service.clone(), span)),
        );
    }
    found
}

fn attribute(attributes: &[KeyValue], name: &str) -> Option<String> {
    let found = attributes.iter().find(|attribute| attribute.key == name)?;
    match &found.value {
        Some(AnyValue { value: Some(Value::StringValue(text)) }) => Some(text.clone()),
        Some(AnyValue { value: Some(Value::IntValue(number)) }) => Some(number.to_string()),
        _ => None,
    }
}

fn named<'a>(spans: &'a [(String, Span)], name: &str) -> &'a Span {
    let found = spans.iter().find(|(_, span)| span.name == name);
    &found
        .unwrap_or_else(|| {
            panic!("no span {name} among {:?}", spans.iter().map(|(_, span)| &span.name).collect::<Vec<_>>())
        })
        .1
}

#[tokio::test]
async fn a_collector_gets_requests_jobs_engine_calls_and_the_steps_of_publishing_each_in_its_place() {
    let collector = Receiver::start().await;
    let there = Installation::new().await;
    let endpoint = format!("http://127.0.0.1:{}", collector.port);
    let settings = [
        ("CITEPRESS_OTLP__ENDPOINT", endpoint.as_str()),
        ("CITEPRESS_OTLP__HEADERS", "x-tenant=a-secret"),
        ("CITEPRESS_OTLP__SERVICE_NAME", "acme-press"),
    ];
    let server = there.start(&["serve", "--port", "0"], &settings);
    let made = server.publish(&there.key).await;
    let said = server.stop(PATIENCE).await.join("\n");
    assert!(!said.contains("a-secret"), "{said}");

    let journal = collector.journal();
    assert!(journal.iter().all(|posted| posted.header("x-tenant") == "a-secret"));
    assert!(journal.iter().all(|posted| !String::from_utf8_lossy(&posted.body).contains(&there.key)));
    let all = spans(&journal);
    assert!(all.iter().all(|(service, _)| service == "acme-press"));
    let request = named(&all, "POST sites_create");
    assert_eq!(attribute(&request.attributes, "request_id").as_deref(), Some(made.header("x-request-id")));
    assert_eq!(attribute(&request.attributes, "status").as_deref(), Some("201"));
    assert_eq!((request.kind(), request.parent_span_id.is_empty()), (SpanKind::Server, true));
    assert!(request.end_time_unix_nano > request.start_time_unix_nano);

    let build = named(&all, "job publishing.build");
    assert_eq!(
        (build.kind(), attribute(&build.attributes, "attempt").as_deref()),
        (SpanKind::Consumer, Some("1"))
    );
    for step in ["publishing.gather", "publishing.render", "publishing.keep", "publishing.flip"] {
        let step = named(&all, step);
        assert_eq!(
            (&step.trace_id, &step.parent_span_id),
            (&build.trace_id, &build.span_id),
            "{}",
            step.name
        );
    }
    let (call, writing) = (named(&all, "llm.call"), named(&all, "job pages.generate"));
    assert_eq!((&call.trace_id, &call.parent_span_id), (&writing.trace_id, &writing.span_id));
    assert_eq!(attribute(&call.attributes, "engine").as_deref(), Some("sandbox"));
}

const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
const PARENT: &str = "b7ad6b7169203331";

/// The span of a request that says which trace it belongs to.
async fn told(settings: &[(&str, &str)]) -> Span {
    let collector = Receiver::start().await;
    let there = Installation::new().await;
    let endpoint = format!("http://127.0.0.1:{}", collector.port);
    let settings: Vec<_> =
        [("CITEPRESS_OTLP__ENDPOINT", endpoint.as_str())].iter().chain(settings).copied().collect();
    let server = there.start(&["serve", "--port", "0", "--no-worker"], &settings);
    let request = server.request(Method::GET, "/api/v1/sites", &there.key);
    sent(request.header("traceparent", format!("00-{TRACE}-{PARENT}-01"))).await.json(200);
    server.stop(PATIENCE).await;
    named(&spans(&collector.journal()), "GET sites_list").clone()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[tokio::test]
async fn a_proxy_of_the_operators_says_which_trace_a_request_belongs_to_and_nobody_else_does() {
    let span = told(&[("CITEPRESS_SERVER__TRUSTED_PROXIES", "127.0.0.1")]).await;
    assert_eq!((hex(&span.trace_id).as_str(), hex(&span.parent_span_id).as_str()), (TRACE, PARENT));
    let span = told(&[]).await;
    assert_ne!(hex(&span.trace_id), TRACE);
    assert!(span.parent_span_id.is_empty());
}

#[tokio::test]
async fn of_no_trace_at_all_none_is_sent() {
    let collector = Receiver::start().await;
    let there = Installation::new().await;
    let endpoint = format!("http://127.0.0.1:{}", collector.port);
    let settings = [("CITEPRESS_OTLP__ENDPOINT", endpoint.as_str()), ("CITEPRESS_OTLP__RATIO", "0")];
    let server = there.start(&["serve", "--port", "0"], &settings);
    server.get("/api/v1/sites", &there.key).await.json(200);
    server.stop(PATIENCE).await;
    assert!(spans(&collector.journal()).is_empty());
}

#[tokio::test]
async fn a_collector_that_hangs_or_is_away_costs_nothing_but_its_spans() {
    // Takes connections and never answers; and a port that is held, and on which nobody listens.
    let hanging = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let gone = TcpSocket::new_v4().unwrap();
    gone.bind(([127, 0, 0, 1], 0).into()).unwrap();
    for port in [hanging.local_addr().unwrap().port(), gone.local_addr().unwrap().port()] {
        let there = Installation::new().await;
        let endpoint = format!("http://127.0.0.1:{port}");
        let server =
            there.start(&["serve", "--port", "0"], &[("CITEPRESS_OTLP__ENDPOINT", endpoint.as_str())]);
        server.publish(&there.key).await;
        for _ in 0..100 {
            server.get("/api/v1/sites", &there.key).await.json(200);
        }
        let began = Instant::now();
        server.stop(Duration::from_secs(25)).await;
        assert!(began.elapsed() < Duration::from_secs(15), "the end waited for it: {:?}", began.elapsed());
    }
}
