//! Prometheus' text format (0.0.4), read strictly: whatever a scraper could stumble over is a failure here.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::io::Write;
use std::process::{Command, Stdio};

/// One answer to a scrape.
pub struct Scrape {
    /// Name and labels in order, as they stand, to the value.
    samples: BTreeMap<String, f64>,
    pub text: String,
}

impl Scrape {
    pub fn of(text: &str) -> Scrape {
        assert!(text.ends_with('\n'), "the last line has no end");
        let mut samples = BTreeMap::new();
        let mut kinds: BTreeMap<&str, &str> = BTreeMap::new();
        let mut helped = BTreeSet::new();
        for line in text.lines() {
            if let Some(rest) = line.strip_prefix("# HELP ") {
                let (name, help) = rest.split_once(' ').expect("a name and a meaning");
                assert!(helped.insert(name) && !help.is_empty(), "{line}");
            } else if let Some(rest) = line.strip_prefix("# TYPE ") {
                let (name, kind) = rest.split_once(' ').expect("a name and a type");
                assert!(["counter", "gauge", "histogram"].contains(&kind), "{line}");
                assert!(helped.contains(name) && kinds.insert(name, kind).is_none(), "{line}");
            } else {
                let (series, value) = line.rsplit_once(' ').unwrap_or_else(|| panic!("{line}"));
                let value: f64 = value.parse().unwrap_or_else(|_| panic!("{line}"));
                let name = series.split('{').next().unwrap();
                assert!(is_of_a_family(name, &kinds), "{line} belongs to nothing that was named before");
                assert!(labels_are_well_formed(series), "{line}");
                assert!(samples.insert(series.to_owned(), value).is_none(), "{line} stands there twice");
            }
        }
        Scrape { samples, text: text.to_owned() }
    }

    /// The value of a series; 0 where there is none.
    pub fn value(&self, series: &str) -> f64 {
        self.samples.get(series).copied().unwrap_or_default()
    }

    pub fn has(&self, series: &str) -> bool {
        self.samples.contains_key(series)
    }

    /// The sum of all series of a name whose labels hold all of these.
    pub fn sum(&self, name: &str, labels: &[&str]) -> f64 {
        let is = |series: &str| {
            series.split('{').next() == Some(name) && labels.iter().all(|label| series.contains(label))
        };
        self.samples.iter().filter(|(series, _)| is(series)).map(|(_, value)| value).sum()
    }

    /// What Prometheus' own tool has against names and types.
    pub fn complaints(&self) -> String {
        let mut tool = Command::new("promtool")
            .args(["check", "metrics"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("promtool is there: tests/run installs it");
        tool.stdin.take().unwrap().write_all(self.text.as_bytes()).unwrap();
        let output = tool.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        said + &String::from_utf8_lossy(&output.stderr)
    }
}

fn is_of_a_family(name: &str, kinds: &BTreeMap<&str, &str>) -> bool {
    let histogram = ["_bucket", "_sum", "_count"].iter().find_map(|end| name.strip_suffix(end));
    match histogram.and_then(|family| kinds.get(family)) {
        Some(kind) => *kind == "histogram",
        None => kinds.get(name).is_some_and(|kind| *kind != "histogram"),
    }
}

fn labels_are_well_formed(series: &str) -> bool {
    let Some((_, labels)) = series.split_once('{') else { return true };
    let Some(labels) = labels.strip_suffix('}') else { return false };
    // None of our values has a quotation mark or a comma in it.
    labels.split(',').all(|label| {
        let Some((name, value)) = label.split_once("=\"") else { return false };
        let name_is_fit = name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
        name_is_fit && value.strip_suffix('"').is_some_and(|value| !value.contains(['"', '\\']))
    })
}
