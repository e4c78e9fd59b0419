//! The Dockerfile, as far as it can be judged by reading: its stages, who runs what, and whether what it names is there.

use std::process::Command;

use citepress::config::Layers;

use super::compose::Compose;
use super::{here, is_pinned, text};

/// Instructions with their arguments, lines that go on joined.
fn instructions() -> Vec<(String, String)> {
    let joined = text("Dockerfile").replace("\\\n", " ");
    let lines = joined.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines
        .map(|line| line.split_once(' ').unwrap())
        .map(|(name, rest)| (name.to_owned(), rest.to_owned()))
        .collect()
}

/// Of the last stage: what is shipped.
fn shipped() -> Vec<(String, String)> {
    let all = instructions();
    let last = all.iter().rposition(|(name, _)| name == "FROM").unwrap();
    all[last..].to_vec()
}

fn only(instructions: &[(String, String)], wanted: &str) -> String {
    let found: Vec<_> = instructions.iter().filter(|(name, _)| name == wanted).collect();
    assert_eq!(found.len(), 1, "{wanted}: {found:?}");
    found[0].1.clone()
}

fn words(list: &str) -> Vec<String> {
    serde_json::from_str(list).unwrap()
}

#[test]
fn it_is_built_by_the_rust_of_the_manifest_and_shipped_without_it() {
    let all = instructions();
    let stages: Vec<_> =
        all.iter().filter(|(name, _)| name == "FROM").map(|(_, image)| image.as_str()).collect();
    let [build, ship] = stages.as_slice() else { panic!("two stages: {stages:?}") };
    let (image, name) = build.split_once(" AS ").unwrap();
    assert!(is_pinned(image) && is_pinned(ship), "{stages:?}");
    let manifest: toml::Table = text("Cargo.toml").parse().unwrap();
    let rust = manifest["workspace"]["package"]["rust-version"].as_str().unwrap();
    assert!(image.starts_with(&format!("rust:{rust}.")), "{image}");
    assert!(
        image.contains("bookworm") && ship.starts_with("debian:12."),
        "built and run with the same C library"
    );
    let copied = only(&shipped(), "COPY");
    assert!(copied.starts_with(&format!("--from={name} ")), "nothing but what was built: {copied}");
}

#[test]
fn the_build_names_a_binary_that_there_is() {
    let run =
        only(&instructions()[..instructions().iter().rposition(|(name, _)| name == "FROM").unwrap()], "RUN");
    let build = run.split("cargo build ").nth(1).unwrap().split(" && ").next().unwrap();
    assert_eq!(build, "--release --locked --bin citepress");
    // The package's own binary: it has the package's name, and src/main.rs is there.
    let manifest: toml::Table = text("Cargo.toml").parse().unwrap();
    assert_eq!(manifest["package"]["name"].as_str(), Some("citepress"));
    assert!(manifest.get("bin").is_none() && here("src/main.rs").exists());
    assert!(run.contains("cp target/release/citepress /usr/local/bin/citepress"));
    assert_eq!(only(&shipped(), "COPY"), "--from=build /usr/local/bin/citepress /usr/local/bin/citepress");
}

#[test]
fn it_runs_as_the_user_that_the_volumes_are_given_to_and_asks_itself_how_it_is() {
    let shipped = shipped();
    let user = only(&shipped, "USER");
    assert_eq!(user, Compose::read().service("app").text("user"));
    assert!(only(&shipped, "RUN").contains(&format!("--uid {}", user.split(':').next().unwrap())));
    let entry = words(&only(&shipped, "ENTRYPOINT"));
    assert_eq!(entry, ["citepress"]);
    let check = only(&shipped, "HEALTHCHECK");
    let check = words(check.split("CMD ").nth(1).unwrap());
    for command in [words(&only(&shipped, "CMD")), check[1..].to_vec()] {
        let asked =
            Command::new(env!("CARGO_BIN_EXE_citepress")).args(&command).arg("--help").output().unwrap();
        assert!(asked.status.success(), "{command:?}: {asked:?}");
    }
    let mut layers = Layers::defaults();
    let environment = only(&shipped, "ENV");
    let pairs = environment.split(' ').map(|pair| pair.split_once('=').unwrap());
    layers.environment(pairs.map(|(name, value)| (name.to_owned(), value.to_owned()))).unwrap();
    let settings = layers.settings().unwrap();
    assert_eq!(settings.data.to_str(), Some(only(&shipped, "VOLUME").as_str()));
    assert_eq!(settings.server.port.to_string(), only(&shipped, "EXPOSE"));
    assert!(settings.server.bind.is_unspecified(), "from outside of its container it is reached, too");
}

/// What `.dockerignore` lets through is what the manifests need, and nothing that is this machine's own.
#[test]
fn the_build_is_sent_what_it_needs_and_nothing_else() {
    let ignored = text(".dockerignore");
    let mut lines = ignored.lines().filter(|line| !line.starts_with('#'));
    assert_eq!(lines.next(), Some("*"), "everything is left out that is not named");
    let sent: Vec<&str> = lines.map(|line| line.strip_prefix('!').unwrap()).collect();
    let is_sent = |path: &str| sent.iter().any(|sent| path == *sent || path.starts_with(&format!("{sent}/")));
    assert!(sent.iter().all(|sent| here(sent).exists()), "{sent:?}");
    let manifest: toml::Table = text("Cargo.toml").parse().unwrap();
    let mut needed: Vec<String> =
        ["Cargo.toml", "Cargo.lock", "src/main.rs", "themes/atlas/theme.toml"].map(Into::into).into();
    let members = manifest["workspace"]["members"].as_array().unwrap();
    needed.extend(members.iter().map(|member| format!("{}/Cargo.toml", member.as_str().unwrap())));
    for kind in ["test", "bench"] {
        needed.extend(manifest[kind].as_array().unwrap().iter().map(|target| match target.get("path") {
            Some(path) => path.as_str().unwrap().to_owned(),
            None => format!("benches/{}.rs", target["name"].as_str().unwrap()),
        }));
    }
    for path in needed {
        assert!(is_sent(&path) && here(&path).exists(), "{path}");
    }
    for path in
        ["target/release/citepress", "data/secret.key", ".env", ".git/config", "certificates/sites.key"]
    {
        assert!(!is_sent(path), "{path}");
    }
}
