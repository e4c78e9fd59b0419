//! A place to restore into, and what is in it afterwards.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Output;
use std::time::{Duration, Instant};

use citepress::app::{App, Listening, Running};
use citepress::queue::{Filter, Reach};
use reqwest::header::{ACCEPT_ENCODING, HOST};

use crate::database::{Fresh, citepress};
use crate::departures::leaver::files;
use crate::publishing::rig::{client, settings};

const PATIENCE: Duration = Duration::from_secs(60);

/// A data folder that nobody has used, and its database.
pub struct Place {
    pub folder: tempfile::TempDir,
    _fresh: Option<Fresh>,
}

/// An installation that runs in it.
pub struct Served {
    pub app: Box<App>,
    pub port: u16,
    running: Running,
}

impl Place {
    /// With a database of the kind that this run of the tests is about.
    pub async fn usual() -> Place {
        let folder = tempfile::tempdir().unwrap();
        let fresh = Fresh::of(folder.path()).await;
        Place { folder, _fresh: Some(fresh) }
    }

    /// With SQLite, whatever this run is about.
    pub fn sqlite() -> Place {
        Place { folder: tempfile::tempdir().unwrap(), _fresh: None }
    }

    pub fn data(&self) -> &Path {
        self.folder.path()
    }

    pub fn restore(&self, archive: &Path) -> Output {
        run(self.data(), &["restore", archive.to_str().unwrap()])
    }

    /// Restores, which works.
    pub fn restored(&self, archive: &Path) -> String {
        let output = self.restore(archive);
        assert!(output.status.success(), "{}", said(&output));
        said(&output)
    }

    /// Restores, which does not; why.
    pub fn refuses(&self, archive: &Path) -> String {
        let output = self.restore(archive);
        assert!(!output.status.success(), "{}", said(&output));
        said(&output)
    }

    pub async fn serve(&self) -> Served {
        let settings = settings(self.data());
        let listening = Listening::bind(&settings).await.unwrap();
        let port = listening.port();
        let app = Box::new(Box::pin(App::open(settings, port)).await.unwrap());
        let running = app.run(listening, |routes| routes, true);
        Served { app, port, running }
    }
}

impl Served {
    /// Waits until the published trees are written.
    pub async fn trees(&self) {
        let trees = Filter { kind: Some("publishing.tree".into()), ..Filter::default() };
        let began = Instant::now();
        loop {
            let jobs = self.app.queue.list(Reach::All, &trees, 200).await.unwrap();
            if jobs.iter().all(|job| job.state.is_final()) {
                return;
            }
            assert!(began.elapsed() < PATIENCE, "trees are not written: {jobs:?}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    pub async fn stop(self) {
        self.running.stop().await;
        self.app.db.clone().close().await;
    }
}

/// The program, on a data folder.
pub fn run(data: &Path, arguments: &[&str]) -> Output {
    citepress(data).args(arguments).arg("--data").arg(data).output().unwrap()
}

pub fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

/// Makes a backup with the program, which works.
pub fn back_up(data: &Path, archive: &Path, flags: &[&str]) -> String {
    let output = run(data, &[&["backup", archive.to_str().unwrap()], flags].concat());
    assert!(output.status.success(), "{}", said(&output));
    said(&output)
}

/// Where an archive can be put.
pub fn archive(folder: &tempfile::TempDir, name: &str) -> PathBuf {
    folder.path().join(name)
}

/// Every file of a published tree, by its path.
pub fn tree(data: &Path, host: &str) -> BTreeMap<String, Vec<u8>> {
    let root = std::fs::canonicalize(data.join("sites").join(host)).unwrap();
    let all = files(&root).into_iter().filter(|path| path.is_file());
    let named = |path: PathBuf| {
        let name = path.strip_prefix(&root).unwrap().to_str().unwrap().to_owned();
        (name, std::fs::read(path).unwrap())
    };
    all.map(named).collect()
}

/// Path and encoding, status, headers, body.
pub type Answer = (String, u16, Vec<String>, Vec<u8>);

/// What a reader gets at each path of a site, in each encoding: status, headers without the clock's, and body.
pub async fn answers(port: u16, host: &str, paths: &[String]) -> Vec<Answer> {
    let client = client();
    let mut answers = Vec::new();
    for path in paths {
        for encoding in ["identity", "br", "gzip"] {
            let url = format!("http://127.0.0.1:{port}/{path}");
            let request = client.get(url).header(HOST, host).header(ACCEPT_ENCODING, encoding);
            let answer = request.send().await.unwrap();
            let kept = answer.headers().iter().filter(|(name, _)| *name != "date");
            // Redirects and links to other sites tell the port, which is another here.
            let port = format!(":{port}");
            let shown = |value: &str| value.replace(&port, ":PORT");
            let headers = kept.map(|(name, value)| shown(&format!("{name}: {}", value.to_str().unwrap())));
            let (status, headers) = (answer.status().as_u16(), headers.collect());
            answers.push((
                format!("{path} {encoding}"),
                status,
                headers,
                answer.bytes().await.unwrap().to_vec(),
            ));
        }
    }
    answers
}

/// The addresses of a tree's files, and some that are none.
pub fn addresses(tree: &BTreeMap<String, Vec<u8>>, more: &[&str]) -> Vec<String> {
    let plain = tree.keys().filter(|path| !path.ends_with(".br") && !path.ends_with(".gz"));
    let folders = plain.clone().filter_map(|path| path.strip_suffix("index.html"));
    plain.map(String::as_str).chain(folders).chain(more.iter().copied()).map(str::to_owned).collect()
}
