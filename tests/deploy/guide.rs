//! docs/operations.md and docs/upgrade.md: what they tell people to type is there.

use std::collections::BTreeSet;
use std::process::Command;

use citepress::config::{Layers, lines};

use super::text;

const GUIDE: &str = "docs/operations.md";
const UPGRADE: &str = "docs/upgrade.md";

/// The commands of ours that stand in code.
fn commands() -> BTreeSet<Vec<String>> {
    let guide = text(GUIDE) + &text(UPGRADE);
    let inline = guide.split('`').skip(1).step_by(2).map(str::to_owned);
    let blocks = guide.lines().filter_map(|line| line.strip_prefix("    ")).map(str::to_owned);
    let ours = inline.chain(blocks).filter_map(|code| {
        code.split(" #").next().unwrap().trim().strip_prefix("citepress ").map(str::to_owned)
    });
    ours.map(|command| command.split_whitespace().map(str::to_owned).collect()).collect()
}

#[test]
fn every_command_of_the_guide_is_there() {
    let commands = commands();
    assert!(commands.len() > 10, "{commands:?}");
    for command in commands {
        let words: Vec<&str> = command.iter().map(String::as_str).collect();
        let asked =
            Command::new(env!("CARGO_BIN_EXE_citepress")).args(&words).arg("--help").output().unwrap();
        assert!(asked.status.success(), "{words:?}: {}", String::from_utf8_lossy(&asked.stderr));
    }
}

#[test]
fn every_setting_of_the_guide_is_one() {
    let layers = Layers::defaults();
    let known: BTreeSet<&str> = lines(&layers).iter().map(|line| line.path).collect();
    let sections: BTreeSet<&str> =
        known.iter().filter_map(|path| path.split_once('.')).map(|(section, _)| section).collect();
    let guide = text(GUIDE);
    for code in guide.split('`').skip(1).step_by(2) {
        let word = code.split([' ', '=']).next().unwrap();
        let Some((section, name)) = word.split_once('.') else { continue };
        if !sections.contains(section) || !name.chars().all(|c| c.is_ascii_lowercase() || c == '_') {
            continue;
        }
        assert!(known.contains(word), "{word} is no setting");
    }
}

/// Two versions on one schema: one guide tells what to do, and the other leads there.
#[test]
fn upgrades_are_told_once() {
    let (guide, upgrade) = (text(GUIDE), text(UPGRADE));
    let section = guide.split("\n## Upgrade\n").nth(1).unwrap().split("\n## ").next().unwrap();
    assert!(section.contains("](upgrade.md)") && section.contains("`citepress migrate down --steps 1`"));
    assert!(upgrade.contains("](operations.md#upgrade)"));
    // All are stopped before the schema is touched, and started after.
    let steps: Vec<&str> =
        section.lines().filter_map(|line| line.strip_prefix("    docker compose ")).collect();
    assert_eq!(steps, ["build app", "stop worker app", "run --rm app migrate up", "up -d"]);
}

/// What is secret goes into a file, whole, and not onto a screen.
#[test]
fn no_command_shows_a_secret() {
    let guide = text(GUIDE);
    let reads = |line: &&str| line.contains(" -cf ") || line.contains(" cat /run/citepress/");
    let lines: Vec<&str> = guide.lines().filter(reads).collect();
    assert_eq!(lines.len(), 2, "{lines:?}");
    for line in lines {
        assert!(line.contains(" -T ") && line.contains(" > "), "{line}");
    }
}

/// Alerts lead here by these words.
#[test]
fn every_alert_finds_its_section() {
    let guide = text(GUIDE);
    let sections: Vec<&str> = guide.lines().filter_map(|line| line.strip_prefix("### ")).collect();
    for anchor in [
        "api-errors",
        "api-latency",
        "database-pool",
        "queue-depth",
        "queue-age",
        "job-failures",
        "database-down",
        "redis-away",
        "backup-old",
        "publishing-failures",
    ] {
        assert!(sections.contains(&anchor), "{anchor}");
        let section =
            guide.split(&format!("\n### {anchor}\n")).nth(1).unwrap().split("\n### ").next().unwrap();
        for part in ["\nMeans: ", "\nLook at: ", "\nCure: "] {
            assert!(section.contains(part), "{anchor} has no {part:?}");
        }
    }
}
