//! Clients that are made from the document go the whole way: site, source, page, edition, reader.

use std::path::{Path, PathBuf};
use std::process::Command;

use citepress::accounts::KeyScope;

use super::rig::Program;
use crate::publishing::rig::Rig;
use crate::registry;

const ROBOTS: &str = "# Robots\n\nA robots.txt file lies at the root of a host. It tells crawlers which paths they may read. \
    Most answer engines keep to it. A missing file means that everything may be read.\n";

/// Runs a command to its end; what it printed.
fn run(command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?} does not start: {error}"));
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{command:?} failed:\n{out}\n{err}");
    out.into_owned()
}

/// A folder with a copy of a client's files and the document.
fn workshop(language: &str, files: &[&str]) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let api = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/api");
    for file in files {
        std::fs::copy(api.join("clients").join(language).join(file), folder.path().join(file)).unwrap();
    }
    let document = folder.path().join("openapi.json");
    std::fs::copy(api.join("openapi.json"), &document).unwrap();
    (folder, document)
}

/// Tells the story; the page that its reader got is printed at the end.
async fn tell(command: &mut Command) {
    let rig = Rig::new().await;
    let program = Program::new(&rig, KeyScope::Admin).await;
    command.args([&program.origin, program.key(), ROBOTS]);
    let printed = tokio::task::block_in_place(|| run(command));
    assert!(printed.contains("A robots.txt file lies at the root of a host."), "{printed}");
    rig.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_typescript_client_goes_the_whole_way() {
    let (folder, document) = workshop("typescript", &["package.json", "tsconfig.json", "story.ts"]);
    let npm = |arguments: &[&str]| {
        let mut npm = Command::new("npm");
        npm.args(arguments).current_dir(&folder).env("npm_config_update_notifier", "false");
        npm
    };
    let install = ["install", "--no-audit", "--no-fund", "--no-package-lock", "--loglevel=error"];
    registry::install(&mut npm(&install));
    run(&mut npm(&["exec", "--", "openapi-typescript", &document.to_string_lossy(), "-o", "api.d.ts"]));
    run(&mut npm(&["exec", "--", "tsc", "--project", "."]));
    tell(Command::new("node").arg("story.js").current_dir(&folder)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_python_client_goes_the_whole_way() {
    let (folder, document) = workshop("python", &["requirements.txt", "story.py"]);
    let (packages, client) = (folder.path().join("packages"), folder.path().join("client"));
    let python = || {
        let mut python = Command::new("python3");
        // No user's packages, and none of the client's before it is made.
        python.env("PYTHONPATH", format!("{}:{}", packages.display(), client.display()));
        python.env("PYTHONDONTWRITEBYTECODE", "1").current_dir(&folder);
        python
    };
    let install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--target"];
    registry::install(python().args(install).arg(&packages).args(["--requirement", "requirements.txt"]));
    let generate = ["-m", "openapi_python_client", "generate", "--meta", "none", "--path"];
    let made = client.join("citepress_client");
    std::fs::create_dir_all(&client).unwrap();
    let said = run(python().args(generate).arg(&document).arg("--output-path").arg(&made));
    assert!(!said.contains("WARNING"), "the document is not read as a whole:\n{said}");
    tell(python().arg("story.py")).await;
}
