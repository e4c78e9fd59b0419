//! `citepress theme`: starting a theme, and checking one.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Subcommand;

use super::build::{FaultJson, ThemePlace, fault_lines};
use super::{CliError, Start};

/// Subcommands of `citepress theme`.
#[derive(Debug, Subcommand)]
pub(super) enum Theme {
    /// Render every template with sample data, strictly
    Check {
        /// The theme's folder, with theme.toml and templates/
        #[arg(value_name = "DIR")]
        folder: PathBuf,
    },
    /// Copy a theme that is part of this program, to start from
    New {
        /// A folder that is not there yet; its name is the theme's
        #[arg(value_name = "DIR")]
        folder: PathBuf,
        /// The theme to copy
        #[arg(long, value_name = "NAME", default_value = "atlas")]
        from: String,
    },
}

pub(super) fn run(start: &Start, theme: &Theme) -> Result<ExitCode, CliError> {
    match theme {
        Theme::Check { folder } => check(start, folder),
        Theme::New { folder, from } => new(start, folder, from),
    }
}

fn check(start: &Start, folder: &Path) -> Result<ExitCode, CliError> {
    let checked = ThemePlace::Folder(folder.to_owned()).load().and_then(|theme| theme.check());
    if start.json {
        let faults: Vec<FaultJson<'_>> =
            checked.as_ref().err().into_iter().flatten().map(FaultJson::from).collect();
        println!("{}", serde_json::json!({ "ok": checked.is_ok(), "faults": faults }));
    } else if let Err(faults) = &checked {
        eprintln!("{}", fault_lines(faults));
    } else {
        start.say(format!("{}: every template renders", folder.display()));
    }
    Ok(if checked.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn new(start: &Start, folder: &Path, from: &str) -> Result<ExitCode, CliError> {
    let shown = folder.display();
    let name = folder.file_name().and_then(|name| name.to_str()).filter(|name| is_plain(name));
    let Some(name) = name else {
        return Err(format!("{shown}: the folder's name becomes the theme's: use a-z, 0-9 and dashes").into());
    };
    let Some(files) = press::Theme::builtin_files(from) else {
        let known: Vec<&str> = press::Theme::builtin_names().collect();
        return Err(format!("there is no theme `{from}` in this program: it has {}", known.join(", ")).into());
    };
    if let Some(parent) = folder.parent() {
        fs::create_dir_all(parent).map_err(|error| format!("{shown}: {error}"))?;
    }
    fs::create_dir(folder).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => {
            format!("{shown} exists already: name a folder that is not there yet")
        }
        _ => format!("{shown}: {error}"),
    })?;
    let manifest = files.iter().find(|(path, _)| path == "theme.toml");
    let manifest = manifest.map(|(_, bytes)| String::from_utf8_lossy(bytes).into_owned()).unwrap_or_default();
    let manifest = ("theme.toml".to_owned(), renamed(&manifest, name).into_bytes());
    let others = files.into_iter().filter(|(path, _)| path != "theme.toml");
    let mut count = 0;
    for (path, bytes) in others.chain([manifest]) {
        write(folder, &path, &bytes).map_err(|error| format!("{shown}/{path}: {error}"))?;
        count += 1;
    }
    start.say(format!("{shown}: {count} files copied from {from}. Name it in site.toml: theme = \"{name}\""));
    Ok(ExitCode::SUCCESS)
}

fn is_plain(name: &str) -> bool {
    !name.starts_with('-')
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

fn write(folder: &Path, path: &str, bytes: &[u8]) -> io::Result<()> {
    let path = folder.join(path);
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)?;
    }
    fs::write(path, bytes)
}

/// The copied manifest under the new name. The licence stays the original's: a copy does not change it.
fn renamed(manifest: &str, name: &str) -> String {
    let mut lines: Vec<String> = manifest.lines().map(ToOwned::to_owned).collect();
    if !lines.iter().any(|line| is_name(line)) {
        lines = vec!["name = \"\"".into(), "version = \"0.1.0\"".into(), "license = \"Apache-2.0\"".into()];
    }
    if let Some(line) = lines.iter_mut().find(|line| is_name(line)) {
        *line = format!("name = \"{name}\"");
    }
    lines.join("\n") + "\n"
}

fn is_name(line: &str) -> bool {
    line.split_once('=').is_some_and(|(key, _)| key.trim() == "name")
}
