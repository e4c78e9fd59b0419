//! `/metrics`.

use std::time::{Duration, Instant};

use citepress::base::Secret;
use citepress::config::Settings;
use reqwest::Method;

use super::process::{Installation, PATIENCE, Process};
use super::scrape::Scrape;
use crate::api::rig::{Answer, sent};
use crate::publishing::rig::{Rig, client};

const OWN_PORT: (&str, &str) = ("CITEPRESS_METRICS__BIND", "127.0.0.1:0");

/// How many jobs of a kind have ended well.
fn ended(seen: &Scrape, kind: &str) -> f64 {
    seen.value(&format!("citepress_jobs_ended_total{{kind=\"{kind}\",outcome=\"done\"}}"))
}

/// What a worker shows once it has counted a job of a kind: what the job has made is seen a moment before that.
async fn counted(worker: &Process, kind: &str) -> Scrape {
    let began = Instant::now();
    loop {
        let seen = worker.scrape().await;
        if ended(&seen, kind) == 1.0 {
            return seen;
        }
        assert!(began.elapsed() < Duration::from_secs(20), "{kind} is not counted: {}", seen.text);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn figures_of_a_server_and_of_a_worker_move_with_what_they_do() {
    let there = Installation::new().await;
    let server = there.start(&["serve", "--port", "0", "--no-worker"], &[OWN_PORT]);
    let worker = there.start(&["worker"], &[OWN_PORT]);
    let before = server.scrape().await;
    assert_eq!(before.value("citepress_database_up"), 1.0);
    assert_eq!(before.sum("citepress_http_requests_total", &[]), 0.0);

    server.publish(&there.key).await;
    assert_eq!(server.get("/api/v1/sites/site_nobody", &there.key).await.status, 404);
    assert_eq!(server.get("/api/v1/nowhere", &there.key).await.status, 404);
    for (path, status) in [("/robots/", 200), ("/nowhere/", 404)] {
        let page = client().get(format!("{}{path}", server.origin())).header("host", "facts.localhost");
        assert_eq!(sent(page).await.status, status);
    }
    assert_eq!(
        sent(client().get(format!("{}/console/sign-in", server.origin())).header("host", "localhost"))
            .await
            .status,
        200
    );

    let seen = server.scrape().await;
    assert_eq!(seen.complaints(), "");
    let requests = |labels: &[&str]| seen.sum("citepress_http_requests_total", labels);
    assert_eq!(
        requests(&["face=\"api\"", "operation=\"sites_create\"", "method=\"POST\"", "status=\"2xx\""]),
        1.0
    );
    assert_eq!(requests(&["operation=\"sites_get\"", "status=\"4xx\""]), 1.0);
    assert_eq!(requests(&["operation=\"unknown\"", "status=\"4xx\""]), 1.0);
    assert_eq!(
        requests(&["face=\"console\"", "operation=\"/console/sign-in\"", "status=\"2xx\""]),
        1.0,
        "{}",
        seen.text
    );
    let timed = "citepress_http_request_duration_seconds_count";
    assert_eq!(seen.sum(timed, &["operation=\"sites_create\""]), 1.0);
    assert_eq!(seen.value("citepress_site_responses_total{status=\"2xx\"}"), 1.0);
    assert_eq!(seen.value("citepress_site_responses_total{status=\"4xx\"}"), 1.0);
    assert!(seen.value("citepress_site_response_bytes_total") > 1_000.0);
    assert!(seen.value("citepress_host_cache_bytes{cache=\"contents\"}") > 1_000.0);
    assert!(seen.sum("citepress_database_acquire_duration_seconds_count", &[]) > 10.0);
    assert!(seen.sum("citepress_database_connections", &[]) >= 1.0);
    assert_eq!(seen.sum("citepress_jobs_ended_total", &[]), 0.0, "it does no jobs");
    for (name, least) in [
        ("process_resident_memory_bytes", 1e6),
        ("process_open_fds", 5.0),
        ("process_start_time_seconds", 1.7e9),
    ] {
        assert!(seen.value(name) > least, "{name} is {}", seen.value(name));
    }
    assert_eq!(seen.sum("citepress_build_info", &["version=", "database="]), 1.0);

    let seen = counted(&worker, "publishing.build").await;
    assert_eq!(seen.complaints(), "");
    assert_eq!((ended(&seen, "pages.generate"), ended(&seen, "publishing.build")), (1.0, 1.0));
    assert_eq!(seen.value("citepress_job_duration_seconds_count{kind=\"publishing.build\"}"), 1.0);
    assert_eq!(seen.value("citepress_editions_total{outcome=\"ready\"}"), 1.0);
    assert_eq!(seen.value("citepress_edition_build_duration_seconds_count"), 1.0);
    assert_eq!(seen.value("citepress_engine_calls_total{engine=\"sandbox\",outcome=\"answered\"}"), 1.0);
    assert_eq!(seen.sum("citepress_http_requests_total", &[]), 0.0, "it serves nothing");
    assert!(!seen.has("citepress_site_responses_total{status=\"2xx\"}"));
    for private in ["acme", "facts", "robots", "ann@", "127.0.0.1"] {
        assert!(!seen.text.contains(private), "{private} is nobody's business");
    }
    server.stop(PATIENCE).await;
    worker.stop(PATIENCE).await;
}

#[tokio::test]
async fn what_waits_is_counted_by_kind_and_by_how_long_it_has_waited() {
    let there = Installation::new().await;
    let server = there.start(&["serve", "--port", "0", "--no-worker"], &[OWN_PORT]);
    let export = server.post("/api/v1/orgs/current/export", &there.key, &serde_json::json!({})).await;
    assert_eq!(export.status, 202, "{}", export.text);
    let began = Instant::now();
    // What was asked a moment ago is good for five seconds.
    loop {
        let seen = server.scrape().await;
        if seen.sum("citepress_jobs", &["state=\"due\""]) == 1.0
            && seen.value("citepress_jobs_oldest_due_seconds") > 0.0
        {
            assert_eq!(seen.sum("citepress_jobs", &["state=\"running\""]), 0.0);
            break;
        }
        assert!(began.elapsed() < PATIENCE, "{}", seen.text);
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}

async fn ask(port: u16, host: &str, path: &str, headers: &[(&str, &str)]) -> Answer {
    let mut request =
        client().request(Method::GET, format!("http://127.0.0.1:{port}{path}")).header("host", host);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    sent(request).await
}

#[tokio::test]
async fn on_the_public_port_figures_are_for_this_machine_and_for_who_shows_the_token() {
    let token = |settings: &mut Settings| settings.metrics.token = Secret::new("a long token");
    let rig = Rig::with(token).await;
    let from = ("x-forwarded-for", "203.0.113.7");
    let shown = |text| ("authorization", text);
    for headers in [&[][..], &[from, shown("Bearer a long token")], &[shown("Bearer another")]] {
        let answer = ask(rig.port, "localhost", "/metrics", headers).await;
        assert_eq!(answer.status, 200, "{headers:?}");
        assert_eq!(Scrape::of(&answer.text).value("citepress_database_up"), 1.0);
    }
    let unknown = ask(rig.port, "localhost", "/no-such-page", &[from]).await;
    assert_eq!(unknown.status, 404);
    for headers in [
        &[from][..],
        &[from, shown("Bearer another")],
        &[from, shown("a long token")],
        &[from, shown("Bearer ")],
    ] {
        let answer = ask(rig.port, "localhost", "/metrics", headers).await;
        assert_eq!((answer.status, &answer.text), (404, &unknown.text), "{headers:?}");
        assert_eq!(answer.headers.keys().collect::<Vec<_>>(), unknown.headers.keys().collect::<Vec<_>>());
    }
    for host in ["acme.localhost", "nobody.localhost"] {
        let answer = ask(rig.port, host, "/metrics", &[shown("Bearer a long token")]).await;
        assert!(answer.status >= 400 && !answer.text.contains("citepress_"), "{}", answer.text);
    }
    rig.stop().await;
}

#[tokio::test]
async fn without_a_token_nobody_from_elsewhere_gets_in_by_an_empty_one() {
    let rig = Rig::without_worker().await;
    for shown in ["Bearer ", "Bearer", "", "Bearer a"] {
        let headers = [("x-forwarded-for", "203.0.113.7"), ("authorization", shown)];
        assert_eq!(ask(rig.port, "localhost", "/metrics", &headers).await.status, 404, "{shown:?}");
    }
    rig.stop().await;
}

#[tokio::test]
async fn who_asks_for_a_port_of_their_own_has_figures_there_alone() {
    let there = Installation::new().await;
    let settings = [OWN_PORT, ("CITEPRESS_METRICS__TOKEN", "secret-of-scrapers")];
    let server = there.start(&["serve", "--port", "0"], &settings);
    assert_eq!(ask(server.port.unwrap(), "localhost", "/metrics", &[]).await.status, 404);
    let own = server.metrics.clone().unwrap();
    assert_eq!(sent(client().get(&own)).await.status, 200, "from this machine");
    let passed_on = || client().get(&own).header("x-forwarded-for", "203.0.113.7");
    assert_eq!(sent(passed_on()).await.status, 404);
    assert_eq!(sent(passed_on().bearer_auth("secret-of-scrapers")).await.status, 200);
    assert_eq!(sent(client().get(own.replace("/metrics", "/api/v1/sites"))).await.status, 404);
    assert_eq!(sent(client().post(&own)).await.status, 404);
    let said = server.stop(PATIENCE).await.join("\n");
    assert!(!said.contains("secret-of-scrapers"), "{said}");
}

#[tokio::test]
async fn a_database_that_is_away_keeps_nobody_from_the_other_figures() {
    let rig = Rig::without_worker().await;
    let up = ask(rig.port, "localhost", "/metrics", &[]).await;
    assert_eq!(Scrape::of(&up.text).value("citepress_database_up"), 1.0);
    rig.app.db.clone().close().await;
    // What was known is good for five seconds.
    tokio::time::sleep(Duration::from_millis(5_100)).await;
    let began = Instant::now();
    let away = ask(rig.port, "localhost", "/metrics", &[]).await;
    assert!(began.elapsed() < Duration::from_secs(8), "a scrape has a deadline");
    let seen = Scrape::of(&away.text);
    assert_eq!(away.status, 200);
    assert!(seen.has("citepress_database_up") && seen.value("citepress_database_up") == 0.0);
    assert!(!seen.has("citepress_jobs_oldest_due_seconds"));
    assert!(seen.value("process_open_fds") > 1.0);
}
