//! The product as people start it: the real binary, on a data folder of its own and a free port.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use crate::database::{self, Fresh};

/// Writing the demo pages takes seconds; a machine that compiles beside it may need much longer.
const PATIENCE: Duration = Duration::from_secs(180);

/// A running `citepress`. Dropping it ends the process and deletes its data.
pub struct Product {
    child: Child,
    /// Where the demo site is: `http://demo.localhost:PORT`, without a slash at the end.
    pub site: String,
    /// What it said on the way there.
    pub said: String,
    data: tempfile::TempDir,
    /// After everything that uses it.
    _fresh: Fresh,
}

impl Product {
    /// Runs `citepress demo` on an empty data folder and waits until it says the site's address.
    pub fn demo() -> Product {
        let data = tempfile::tempdir().expect("a folder for the data");
        let fresh = Fresh::at_once(data.path());
        let mut child = database::citepress(data.path())
            .args(["demo", "--port", "0", "--data"])
            .arg(data.path())
            .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary under test starts");
        let said = listen(&mut child);
        match said.recv_timeout(PATIENCE) {
            Ok(Ok((site, said))) => Product { child, site, said, data, _fresh: fresh },
            Ok(Err(said)) => {
                let _ = child.wait();
                panic!("`citepress demo` ended before it said an address:\n{said}")
            }
            Err(_) => {
                let _ = child.kill();
                let _ = child.wait();
                panic!("`citepress demo` said no address within {PATIENCE:?}")
            }
        }
    }
}

impl Product {
    /// The folder of everything that it keeps.
    pub fn data(&self) -> &Path {
        self.data.path()
    }
}

impl Drop for Product {
    fn drop(&mut self) {
        // It may be gone already; then there is nothing to end.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Sends the site's address and what was said before it, or all that was said when the output ended without one. Both pipes are read to
/// their ends, so that the product never waits for a reader.
fn listen(child: &mut Child) -> mpsc::Receiver<Result<(String, String), String>> {
    let (sender, said) = mpsc::channel();
    let stdout = child.stdout.take().expect("stdout is piped");
    let mut stderr = child.stderr.take().expect("stderr is piped");
    let errors = std::thread::spawn(move || {
        let mut text = Vec::new();
        let _ = stderr.read_to_end(&mut text);
        String::from_utf8_lossy(&text).into_owned()
    });
    std::thread::spawn(move || {
        let mut lines = String::new();
        for line in BufReader::new(stdout).lines().map_while(Result::ok) {
            if let Some(site) = demo_address(&line) {
                let _ = sender.send(Ok((site, lines.clone())));
            }
            lines.push_str(&line);
            lines.push('\n');
        }
        let _ = sender.send(Err(lines + &errors.join().unwrap_or_default()));
    });
    said
}

/// The first `http://demo.localhost:PORT` of a line, without what follows it.
fn demo_address(line: &str) -> Option<String> {
    const HOST: &str = "http://demo.localhost:";
    let rest = &line[line.find(HOST)? + HOST.len()..];
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    (digits > 0).then(|| format!("{HOST}{}", &rest[..digits]))
}
