//! The OpenAPI document is the contract: a change of it shows in review.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

#[test]
fn the_document_is_the_one_that_was_reviewed() {
    let printed = Command::new(env!("CARGO_BIN_EXE_citepress")).arg("openapi").output().unwrap();
    assert!(printed.status.success());
    let printed: Value = serde_json::from_slice(&printed.stdout).unwrap();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/api/openapi.json");
    let text = format!("{printed:#}\n");
    #[expect(clippy::disallowed_methods, reason = "the one who changes the contract says so")]
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    let reviewed = std::fs::read_to_string(&path).unwrap();
    let differs = text.lines().zip(reviewed.lines()).enumerate().find(|(_, (new, old))| new != old);
    assert!(
        text == reviewed,
        "the contract has changed, first at line {differs:?}: look at it, then run with BLESS=1"
    );
}

#[test]
fn each_operation_has_an_id_a_tag_a_summary_and_tells_its_problems() {
    let text = include_str!("openapi.json");
    let document: Value = serde_json::from_str(text).unwrap();
    let mut ids = Vec::new();
    for (path, operations) in document["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            let told = format!("{method} {path}");
            let id = operation["operationId"].as_str().unwrap_or_else(|| panic!("{told} has no id"));
            assert_eq!(operation["tags"].as_array().map_or(0, Vec::len), 1, "{told}");
            assert!(operation["summary"].as_str().is_some_and(|summary| summary.len() > 5), "{told}");
            for parameter in operation["parameters"].as_array().into_iter().flatten() {
                assert!(parameter["description"].as_str().is_some(), "{told}: {parameter}");
            }
            for status in ["401", "403", "404", "422", "429", "503"] {
                let content = &operation["responses"][status]["content"];
                assert!(content["application/problem+json"].is_object(), "{told} does not tell of {status}");
            }
            ids.push(id.to_owned());
        }
    }
    let count = ids.len();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), count, "an id names one operation");
    for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
        for (field, told) in schema["properties"].as_object().into_iter().flatten() {
            let told =
                told["description"].is_string() || told["$ref"].is_string() || told["allOf"].is_array();
            assert!(told, "{name}.{field} is not told of");
        }
    }
}
