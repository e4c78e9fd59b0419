//! Reports of errors, as Sentry gets them: a stand-in shaped by its public reference, with a journal.

use std::time::{Duration, Instant};

use serde_json::Value;
use tokio::net::{TcpListener, TcpSocket};

use super::process::{Installation, PATIENCE};
use super::receiver::{Posted, Receiver};

const PUBLIC_KEY: &str = "0123456789abcdef0123456789abcdef";

fn dsn(port: u16) -> String {
    format!("http://{PUBLIC_KEY}@127.0.0.1:{port}/42")
}

/// The events of an envelope: a head, then items of a head and a payload each, in lines.
fn events(posted: &Posted) -> Vec<Value> {
    assert_eq!(
        (posted.path.as_str(), posted.header("content-type")),
        ("/api/42/envelope/", "application/x-sentry-envelope")
    );
    let shown = posted.header("x-sentry-auth");
    let key = format!("sentry_key={PUBLIC_KEY}");
    assert!(
        shown.starts_with("Sentry ") && shown.contains(&key) && shown.contains("sentry_version=7"),
        "{shown}"
    );
    let text = std::str::from_utf8(&posted.body).unwrap();
    let mut lines = text.lines();
    let head: Value = serde_json::from_str(lines.next().unwrap()).unwrap();
    assert!(head["event_id"].is_string(), "{head}");
    let mut found = Vec::new();
    while let Some(item) = lines.next().filter(|line| !line.is_empty()) {
        let item: Value = serde_json::from_str(item).unwrap();
        let payload: Value = serde_json::from_str(lines.next().unwrap()).unwrap();
        if item["type"] == "event" {
            found.push(payload);
        }
    }
    found
}

#[tokio::test]
async fn an_error_is_reported_with_its_request_and_release_and_with_nothing_of_its_sender() {
    let sentry = Receiver::start().await;
    let there = Installation::new().await;
    let dsn = dsn(sentry.port);
    let settings = [("CITEPRESS_SENTRY__DSN", dsn.as_str()), ("CITEPRESS_SENTRY__ENVIRONMENT", "staging")];
    let server = there.start(&["serve", "--port", "0", "--no-worker"], &settings);
    server.get("/api/v1/sites", &there.key).await.json(200);
    there.drop_table("sites").await;
    let request = server.request(reqwest::Method::GET, "/api/v1/sites?q=ann%40acme.example", &there.key);
    let request = request.header("cookie", "session=a-cookie").header("x-forwarded-for", "203.0.113.7");
    let broken = crate::api::rig::sent(request).await;
    assert_eq!(broken.status, 500);
    let id = broken.header("x-request-id").to_owned();
    let said = server.stop(PATIENCE).await.join("\n");
    assert!(!said.contains(PUBLIC_KEY), "{said}");

    let all: Vec<Value> = sentry.journal().iter().flat_map(events).collect();
    let event = all.iter().find(|event| event["tags"]["request_id"] == id.as_str());
    let event = event.unwrap_or_else(|| panic!("no report of {id} among {all:?}"));
    assert_eq!(event["release"], concat!("citepress@", env!("CARGO_PKG_VERSION")));
    assert_eq!((&event["environment"], &event["logger"]), (&"staging".into(), &"api".into()));
    assert_eq!((&event["tags"]["face"], &event["tags"]["method"]), (&"api".into(), &"GET".into()));
    assert!(event["message"].as_str().unwrap().len() > 3, "{event}");
    for absent in ["request", "user", "server_name", "breadcrumbs", "contexts"] {
        assert!(event.get(absent).is_none(), "{absent}: {event}");
    }
    for posted in sentry.journal() {
        let text = String::from_utf8_lossy(&posted.body).into_owned();
        let folder = there.folder.path().to_str().unwrap();
        for private in
            [there.key.as_str(), "a-cookie", "203.0.113.7", "127.0.0.1:", "acme.example", "Bearer", folder]
        {
            // The head of an envelope names the place that it is sent to.
            let body = text.split_once('\n').unwrap().1;
            assert!(!body.contains(private), "{private}: {text}");
        }
    }
}

#[tokio::test]
async fn a_sentry_that_hangs_or_is_away_costs_nothing_but_its_reports() {
    // Takes connections and never answers; and a port that is held, and on which nobody listens.
    let hanging = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let gone = TcpSocket::new_v4().unwrap();
    gone.bind(([127, 0, 0, 1], 0).into()).unwrap();
    for port in [hanging.local_addr().unwrap().port(), gone.local_addr().unwrap().port()] {
        let there = Installation::new().await;
        let dsn = dsn(port);
        let settings = [("CITEPRESS_SENTRY__DSN", dsn.as_str())];
        let server = there.start(&["serve", "--port", "0", "--no-worker"], &settings);
        there.drop_table("sites").await;
        // More than the queue has room for.
        for _ in 0..100 {
            assert_eq!(server.get("/api/v1/sites", &there.key).await.status, 500);
        }
        let began = Instant::now();
        server.stop(Duration::from_secs(25)).await;
        assert!(began.elapsed() < Duration::from_secs(15), "the end waited for it: {:?}", began.elapsed());
    }
}

#[tokio::test]
async fn a_setting_that_is_none_stops_the_start_and_is_named_without_being_shown() {
    let there = Installation::new().await;
    for (name, value, setting) in [
        ("CITEPRESS_SENTRY__DSN", "a-secret", "sentry.dsn"),
        ("CITEPRESS_OTLP__ENDPOINT", "collector:4318", "otlp.endpoint"),
        ("CITEPRESS_METRICS__BIND", "9464", "metrics.bind"),
    ] {
        let mut command = crate::database::citepress(there.folder.path());
        let ran =
            command.args(["worker", "--data"]).arg(there.folder.path()).env(name, value).output().unwrap();
        let said = String::from_utf8_lossy(&ran.stderr).into_owned();
        assert!(!ran.status.success() && said.contains(&format!("setting {setting}")), "{said}");
        assert!(!said.contains("a-secret"), "{said}");
    }
}
