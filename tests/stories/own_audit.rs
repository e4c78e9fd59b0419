//! What Citepress publishes passes its own audit: the documentation and the demo, by every check that can be judged from
//! documents. What only others can answer for (do the sites that are cited answer?) is not asked.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::product::Product;

/// The documentation is judged as of the day that its pages carry, so that this test does not fail by waiting.
const DAY_OF_THE_DOCS: &str = "2026-11-21";

fn audit(folder: &Path, more: &[&str]) -> Value {
    let ran = Command::new(env!("CARGO_BIN_EXE_citepress"))
        .args(["audit", "--json"])
        .arg(folder)
        .args(more)
        .output()
        .unwrap();
    serde_json::from_slice(&ran.stdout).unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&ran.stderr)))
}

/// One line per finding that costs points.
fn findings(report: &Value) -> Vec<String> {
    let all = report["findings"].as_array().unwrap().iter();
    let line = |finding: &Value| {
        let text = |key: &str| finding[key].as_str().unwrap().to_owned();
        format!(
            "{} {} {}: {}\n    -> {}",
            text("verdict"),
            text("check"),
            text("url"),
            finding["evidence"],
            text("fix")
        )
    };
    all.filter(|finding| finding["verdict"] != "reported").map(line).collect()
}

/// The head of a short page is more than a tenth of it: title, description, canonical address, Open Graph, style sheet.
const SHORT_PAGES: &str = "warn content-early";

fn passes_every_check(report: &Value, least_pages: u64) {
    let mut findings = findings(report);
    findings.retain(|finding| !finding.starts_with(SHORT_PAGES));
    assert!(findings.is_empty(), "{}", findings.join("\n"));
    assert!(report["score"]["value"].as_f64().unwrap() >= 99.0, "{}", report["score"]);
    assert!(report["pages"].as_u64().unwrap() >= least_pages, "only {} pages were judged", report["pages"]);
}

#[test]
fn the_documentation_passes_every_check() {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("sites/docs");
    passes_every_check(&audit(&docs, &["--at", DAY_OF_THE_DOCS]), 30);
}

#[test]
fn the_demo_passes_its_own_audit_as_a_site_and_page_by_page() {
    let demo = Product::demo();
    // "health 98 to 100 of 100, n = 22 pages"
    let health = demo.said.lines().find_map(|line| line.trim().strip_prefix("health")).unwrap();
    let least: u8 = health.split_whitespace().next().unwrap().parse().unwrap();
    assert!(least >= 98, "a page is not healthy:\n{}", demo.said);
    assert!(demo.said.contains("n = 22 pages"), "{}", demo.said);
    let tree = demo.data().join("sites/demo.localhost");
    let begun = Instant::now();
    while !tree.join("index.html").exists() {
        assert!(begun.elapsed() < Duration::from_secs(60), "the published tree is not there");
        std::thread::sleep(Duration::from_millis(50));
    }
    passes_every_check(&audit(&tree, &[]), 22);
}
