//! Log lines.

use serde_json::Value;

use super::process::{Installation, PATIENCE};
use crate::api::rig::sent;
use crate::publishing::rig::client;

/// The lines that carry this request's id.
fn of_request(lines: &[String], id: &str) -> Vec<Value> {
    let lines = lines
        .iter()
        .map(|line| serde_json::from_str::<Value>(line).unwrap_or_else(|_| panic!("no JSON: {line}")));
    lines.filter(|line| spans(line).iter().any(|span| span["request_id"] == id)).collect()
}

fn spans(line: &Value) -> Vec<Value> {
    line["spans"].as_array().cloned().unwrap_or_default()
}

fn answered(lines: &[Value]) -> &Value {
    let found: Vec<&Value> = lines
        .iter()
        .filter(|line| line["fields"]["message"].as_str().unwrap_or_default().starts_with("answered"))
        .collect();
    assert_eq!(found.len(), 1, "one line for each request: {lines:?}");
    found[0]
}

#[tokio::test]
async fn every_line_of_a_request_and_of_a_job_says_which_it_is_and_none_says_a_secret() {
    let there = Installation::new().await;
    let format = [("CITEPRESS_LOG__FORMAT", "json"), ("CITEPRESS_LOG__LEVEL", "debug")];
    let server = there.start(&["serve", "--port", "0"], &format);
    let made = server.publish(&there.key).await;
    let sign_in = client().get(format!("{}/console/sign-in", server.origin())).header("host", "localhost");
    let screen = sent(sign_in).await;
    there.drop_table("sites").await;
    let broken = server.get("/api/v1/sites", &there.key).await;
    assert_eq!(broken.status, 500, "{}", broken.text);
    let lines = server.stop(PATIENCE).await;

    let quick = of_request(&lines, made.header("x-request-id"));
    let line = answered(&quick);
    assert_eq!((&line["level"], &line["target"]), (&"DEBUG".into(), &"api".into()), "{line}");
    let fields = &line["fields"];
    assert_eq!((&fields["operation"], &fields["method"]), (&"sites_create".into(), &"POST".into()));
    assert_eq!((&fields["status"], &fields["face"]), (&201.into(), &"api".into()));
    assert!(fields["seconds"].as_f64().unwrap() > 0.0);

    let line = of_request(&lines, screen.header("x-request-id"));
    let line = answered(&line);
    assert_eq!(
        (&line["fields"]["operation"], &line["fields"]["face"]),
        (&"/console/sign-in".into(), &"console".into())
    );

    let faulty = of_request(&lines, broken.header("x-request-id"));
    assert_eq!(answered(&faulty)["level"], "WARN");
    assert_eq!(answered(&faulty)["fields"]["status"], 500);
    let cause = faulty.iter().find(|line| line["level"] == "ERROR").expect("the cause is told under the id");
    assert!(cause["fields"].to_string().contains("sites"), "{cause}");

    let of_jobs: Vec<Value> = lines.iter().filter_map(|line| serde_json::from_str(line).ok()).collect();
    let in_job = of_jobs.iter().flat_map(spans).find(|span| span["kind"] == "publishing.build");
    let span = in_job.expect("a line within the job");
    assert!(span["job_id"].as_str().unwrap().starts_with("job_") && span["attempt"] == 1, "{span}");

    let all = lines.join("\n");
    assert!(!all.contains(&there.key), "the key is in the log");
    assert!(!all.contains("Bearer"), "a header is in the log");
}

#[tokio::test]
async fn at_the_usual_level_a_request_that_went_well_writes_nothing() {
    let there = Installation::new().await;
    let server = there.start(&["serve", "--port", "0"], &[]);
    server.get("/api/v1/sites", &there.key).await.json(200);
    let lines = server.stop(PATIENCE).await;
    assert!(lines.iter().all(|line| !line.contains("answered") && !line.contains("sqlx")), "{lines:?}");
    assert!(lines.iter().any(|line| line.contains("worker started")), "{lines:?}");
}
