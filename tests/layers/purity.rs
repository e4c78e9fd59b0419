//! What the packages may depend on, by their manifests and Cargo.lock.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// Package name (all its versions together) to the names of its dependencies.
type Lock = BTreeMap<String, BTreeSet<String>>;

fn read(path: &str) -> toml::Table {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap().parse().unwrap()
}

fn lock() -> Lock {
    let mut packages = Lock::new();
    for package in read("Cargo.lock")["package"].as_array().unwrap() {
        let dependencies = package.get("dependencies").and_then(toml::Value::as_array);
        let lines = dependencies.into_iter().flatten().filter_map(toml::Value::as_str);
        // A line is `name`, or `name version` where there are several.
        let names = lines.filter_map(|line| line.split(' ').next()).map(ToOwned::to_owned);
        packages.entry(package["name"].as_str().unwrap().to_owned()).or_default().extend(names);
    }
    packages
}

/// A package and everything that it needs, directly or not.
fn with_needs(lock: &Lock, package: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::from([package.to_owned()]);
    let mut open = vec![package.to_owned()];
    while let Some(name) = open.pop() {
        let needs = lock.get(&name).unwrap_or_else(|| panic!("{name} is not in Cargo.lock"));
        open.extend(needs.iter().filter(|need| found.insert((*need).clone())).cloned());
    }
    found
}

#[test]
fn press_and_checks_know_no_runtime_no_database_and_no_network() {
    const IMPURE: [&str; 10] = [
        "tokio",
        "async-std",
        "sea-orm",
        "sqlx",
        "poem",
        "reqwest",
        "hyper",
        "object_store",
        "redis",
        "notify",
    ];
    let lock = lock();
    for package in ["press", "checks"] {
        // Only what the crate itself is built from: its tests may do what they like.
        let manifest = read(&format!("src/{package}/Cargo.toml"));
        let own = manifest.get("dependencies").and_then(toml::Value::as_table);
        for (dependency, _) in own.into_iter().flatten() {
            let needs = with_needs(&lock, dependency);
            let found: Vec<_> = IMPURE.iter().filter(|name| needs.contains(**name)).collect();
            assert!(found.is_empty(), "{package} needs {found:?} through {dependency}: do that in a face");
        }
    }
}

/// Building needs a Rust toolchain and a C compiler for SQLite, and nothing else.
#[test]
fn nothing_needs_cmake_openssl_or_aws_lc() {
    let lock = lock();
    let found: Vec<_> = ["cmake", "openssl-sys", "aws-lc-sys", "aws-lc-rs", "native-tls"]
        .into_iter()
        .filter(|name| lock.contains_key(*name))
        .collect();
    assert!(found.is_empty(), "{found:?}: switch the feature off that pulls it in (`cargo tree -i NAME`)");
}

#[test]
fn html_is_parsed_by_one_version_of_html5ever() {
    let table = read("Cargo.lock");
    let packages = table["package"].as_array().unwrap().iter();
    let versions: Vec<_> = packages.filter(|package| package["name"].as_str() == Some("html5ever")).collect();
    assert_eq!(versions.len(), 1, "{versions:?}");
}
