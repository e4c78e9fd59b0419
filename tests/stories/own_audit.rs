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

fn scores_100(report: &Value, least_pages: u64) {
    let findings = findings(report);
    assert!(findings.is_empty(), "{}", findings.join("\n"));
    assert_eq!(report["score"]["value"], 100.0);
    assert!(report["pages"].as_u64().unwrap() >= least_pages, "only {} pages were judged", report["pages"]);
}

#[test]
fn the_documentation_scores_100() {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("sites/docs");
    scores_100(&audit(&docs, &["--at", DAY_OF_THE_DOCS]), 30);
}

#[test]
fn the_demo_scores_100_as_a_site_and_page_by_page() {
    let demo = Product::demo();
    assert!(demo.said.contains(" 100 of 100, n = 22 pages"), "a page is not healthy:\n{}", demo.said);
    let tree = demo.data().join("sites/demo.localhost");
    let begun = Instant::now();
    while !tree.join("index.html").exists() {
        assert!(begun.elapsed() < Duration::from_secs(60), "the published tree is not there");
        std::thread::sleep(Duration::from_millis(50));
    }
    // The tree is made of links, which an audit does not follow out of its folder.
    let copy = tempfile::tempdir().unwrap();
    copy_followed(&tree, copy.path());
    scores_100(&audit(copy.path(), &[]), 22);
}

fn copy_followed(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let (path, to) = (entry.path(), to.join(entry.file_name()));
        if path.is_dir() {
            copy_followed(&path, &to);
        } else {
            std::fs::copy(&path, &to).unwrap();
        }
    }
}
