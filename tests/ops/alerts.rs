//! The alerts that come with the product.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use super::process::{Installation, PATIENCE};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

fn promtool(arguments: &[&str]) -> String {
    let output = Command::new("promtool").args(arguments).current_dir(Path::new(ROOT).join("ops")).output();
    let output = output.expect("promtool is there: tests/run installs it");
    let said =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    said
}

fn rules() -> String {
    std::fs::read_to_string(Path::new(ROOT).join("ops/alerts.yml")).unwrap()
}

#[test]
fn each_alert_fires_on_a_bad_day_and_none_on_a_good_one() {
    let checked = promtool(&["check", "rules", "alerts.yml"]);
    let alerts = rules().matches("- alert:").count();
    assert!(checked.contains(&format!("{alerts} rules found")), "{checked}");
    promtool(&["test", "rules", "alerts.test.yml"]);
    let tests = std::fs::read_to_string(Path::new(ROOT).join("ops/alerts.test.yml")).unwrap();
    for alert in rules().lines().filter_map(|line| line.trim().strip_prefix("- alert: ")) {
        assert!(tests.contains(&format!("alertname: {alert}\n")), "{alert} is not seen firing");
    }
}

/// Told by other parts than the process that these tests start.
const OF_OTHERS: [&str; 1] = ["citepress_cache_up"];

#[tokio::test]
async fn each_figure_that_an_alert_asks_for_is_one_that_the_program_shows() {
    let there = Installation::new().await;
    let backups = tempfile::tempdir().unwrap();
    let own_port = [
        ("CITEPRESS_METRICS__BIND", "127.0.0.1:0"),
        ("CITEPRESS_BACKUP__FOLDER", backups.path().to_str().unwrap()),
    ];
    // A figure is shown once there is something to count: one process works, and in another a job waits.
    let server = there.start(&["serve", "--port", "0"], &own_port);
    server.publish(&there.key).await;
    let mut shown = server.scrape().await.text;
    server.stop(PATIENCE).await;
    let server = there.start(&["serve", "--port", "0", "--no-worker"], &own_port);
    let export = server.post("/api/v1/orgs/current/export", &there.key, &serde_json::json!({})).await;
    assert_eq!(export.status, 202, "{}", export.text);
    shown.push_str(&server.scrape().await.text);
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let rules = rules();
    let words: BTreeSet<&str> =
        rules.split(|c| !is_part(c)).filter(|word| word.starts_with("citepress_")).collect();
    assert!(words.len() > 8, "{words:?}");
    for name in words {
        let family = ["_bucket", "_count"].iter().find_map(|end| name.strip_suffix(end)).unwrap_or(name);
        let is_shown = shown.contains(&format!("# TYPE {family} "));
        assert!(is_shown || OF_OTHERS.contains(&name), "nothing shows {name}");
    }
    // Prometheus compares bounds as texts.
    for bound in rules.split("le=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
        assert!(shown.contains(&format!("le=\"{bound}\"")), "no bucket ends at {bound}");
    }
}
