//! The browser's process: started with a fresh profile on a free port, ended with its owner.

use super::PATIENCE;
use super::cdp::Cdp;
use super::page::Page;
use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStderr, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

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
    profile: tempfile::TempDir,
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
        Browser { cdp, child, profile }
    }

    /// Opens an empty tab, watched from now on.
    pub async fn page(&self) -> Page {
        Page::open_tab(self.cdp.clone()).await
    }
}

/// Killed outright, Chromium's helpers would go on writing for a moment into a profile that is being deleted.
impl Drop for Browser {
    fn drop(&mut self) {
        self.cdp.tell("Browser.close");
        if !patiently(|| matches!(self.child.try_wait(), Ok(Some(_)))) {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
        patiently(|| std::fs::remove_dir_all(self.profile.path()).is_ok());
    }
}

/// Tries for five seconds; tells whether it came true.
fn patiently(mut done: impl FnMut() -> bool) -> bool {
    (0..100).any(|_| {
        let is_done = done();
        if !is_done {
            std::thread::sleep(Duration::from_millis(50));
        }
        is_done
    })
}

fn spawn(profile: &tempfile::TempDir) -> Child {
    for name in NAMES {
        let child = Command::new(name)
            .args(FLAGS)
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .arg("about:blank")
            .env("TMPDIR", profile.path()) // what Chromium forgets goes away with the profile
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
