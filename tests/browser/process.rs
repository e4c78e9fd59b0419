//! The browser's process: started with a fresh profile on a free port, ended with its owner.

use super::PATIENCE;
use super::cdp::Cdp;
use super::page::Page;
use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStderr, Command, Stdio};
use std::sync::mpsc;

/// Names under which distributions install it; the first that starts is taken.
const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/// No sandbox because the tests may run as root; the rest keeps Chromium from calling home.
const FLAGS: [&str; 9] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--remote-debugging-port=0",
];

/// A running Chromium. Dropping it ends the process and deletes its profile.
pub struct Browser {
    cdp: Cdp,
    child: Child,
    _profile: tempfile::TempDir,
}

impl Browser {
    /// Starts Chromium and connects to it.
    pub async fn start() -> Browser {
        let profile = tempfile::tempdir().expect("a folder for the browser's profile");
        let mut child = spawn(&profile);
        let stderr = child.stderr.take().expect("stderr is piped");
        let address = tokio::task::spawn_blocking(move || devtools_address(stderr))
            .await
            .expect("the reader of Chromium's output lives");
        let cdp = Cdp::connect(&address).await;
        Browser { cdp, child, _profile: profile }
    }

    /// Opens an empty tab, watched from now on.
    pub async fn page(&self) -> Page {
        Page::open_tab(self.cdp.clone()).await
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // It may be gone already; then there is nothing to end.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn spawn(profile: &tempfile::TempDir) -> Child {
    for name in NAMES {
        let child = Command::new(name)
            .args(FLAGS)
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .arg("about:blank")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn();
        match child {
            Ok(child) => return child,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => panic!("{name} does not start: {error}"),
        }
    }
    panic!("no Chromium among {NAMES:?}: `tests/run tools` installs it");
}

/// Waits for the line `DevTools listening on ws://…`. The thread goes on reading, so that the pipe never fills up.
fn devtools_address(stderr: ChildStderr) -> String {
    let (found, address) = mpsc::channel();
    std::thread::spawn(move || {
        let mut said = Vec::new();
        for line in BufReader::new(stderr).lines().map_while(Result::ok) {
            if let Some(address) = line.strip_prefix("DevTools listening on ") {
                let _ = found.send(Ok(address.trim().to_owned()));
            }
            said.push(line);
        }
        let _ = found.send(Err(said.join("\n")));
    });
    match address.recv_timeout(PATIENCE) {
        Ok(Ok(address)) => address,
        Ok(Err(said)) => panic!("Chromium ended before it listened:\n{said}"),
        Err(_) => panic!("Chromium did not say its DevTools address within {PATIENCE:?}"),
    }
}
