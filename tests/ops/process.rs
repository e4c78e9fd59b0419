//! The program as an operator runs it: real processes on one data folder, called with a key.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use citepress::db::{Db, DbConfig};
use reqwest::Method;
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

use super::scrape::Scrape;
use crate::api::rig::{Answer, sent};
use crate::crawl::tls;
use crate::database::{self, Fresh};
use crate::publishing::rig::client;

pub const PATIENCE: Duration = Duration::from_secs(60);

/// A data folder with an organisation in it.
pub struct Installation {
    pub folder: tempfile::TempDir,
    pub key: String,
    /// After everything that uses it.
    _fresh: Fresh,
}

impl Installation {
    pub async fn new() -> Installation {
        tls();
        let folder = tempfile::tempdir().unwrap();
        let fresh = Fresh::of(folder.path()).await;
        let create =
            ["admin", "create", "--email", "ann@acme.example", "--org", "Acme", "--api-key", "--data"];
        let made = database::citepress(folder.path()).args(create).arg(folder.path()).output().unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let made: Value = serde_json::from_slice(&made.stdout).unwrap();
        Installation { key: made["api_key"].as_str().unwrap().to_owned(), folder, _fresh: fresh }
    }

    /// A process of the program: `serve` on a free port, or `worker`.
    pub fn start(&self, command: &[&str], environment: &[(&str, &str)]) -> Process {
        Process::start(self.folder.path(), command, environment)
    }

    /// Takes a table away, so that what needs it breaks.
    pub async fn drop_table(&self, table: &str) {
        let config = DbConfig {
            url: database::of(self.folder.path()),
            data: self.folder.path().to_owned(),
            ..DbConfig::default()
        };
        let db = Db::open(&config).await.unwrap();
        let tx = db.write_system().await.unwrap();
        let rename = format!("ALTER TABLE {table} RENAME TO {table}_away");
        tx.conn().execute_unprepared(&rename).await.unwrap();
        tx.commit().await.unwrap();
        db.close().await;
    }
}

/// A running process; killed when dropped.
pub struct Process {
    child: Child,
    /// Where the console and the API are, if it serves.
    pub port: Option<u16>,
    /// Where its metrics are, if on a port of their own.
    pub metrics: Option<String>,
    errors: Arc<Mutex<Vec<String>>>,
    /// Reads them to their end.
    reader: Option<JoinHandle<()>>,
}

impl Process {
    /// On a data folder.
    pub fn start(data: &Path, command: &[&str], environment: &[(&str, &str)]) -> Process {
        let mut starting: Command = database::citepress(data);
        starting.args(command).arg("--data").arg(data).envs(environment.iter().copied());
        // A settings file of the folder in which the tests run is no affair of theirs.
        starting.current_dir(data).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = starting.spawn().unwrap();
        let (said, errors) = (listen(&mut child), Arc::<Mutex<Vec<String>>>::default());
        let (stderr, kept) = (child.stderr.take().unwrap(), Arc::clone(&errors));
        let reader = std::thread::spawn(move || {
            for line in BufReader::new(stderr).lines().map_while(Result::ok) {
                kept.lock().unwrap().push(line);
            }
        });
        let mut process = Process { child, port: None, metrics: None, errors, reader: Some(reader) };
        process.wait_for_start(&said, environment.iter().any(|(name, _)| name.ends_with("METRICS__BIND")));
        process
    }

    fn wait_for_start(&mut self, said: &Receiver<String>, with_metrics: bool) {
        let mut is_up = false;
        while !is_up || with_metrics && self.metrics.is_none() {
            let line = said.recv_timeout(PATIENCE);
            let line = line.unwrap_or_else(|_| panic!("it said no address: {:?}", self.errors()));
            if let Some(rest) = line.strip_prefix("Console:     http://localhost:") {
                self.port = rest.split('/').next().unwrap().parse().ok();
                is_up = true;
            }
            is_up |= line.starts_with("Working off jobs");
            if let Some((_, address)) = line.split_once("Metrics:") {
                self.metrics = Some(address.trim().to_owned());
            }
        }
    }

    /// What it has written to standard error.
    pub fn errors(&self) -> Vec<String> {
        self.errors.lock().unwrap().clone()
    }

    pub fn origin(&self) -> String {
        format!("http://127.0.0.1:{}", self.port.unwrap())
    }

    /// Calls the API with a key.
    pub fn request(&self, method: Method, path: &str, key: &str) -> reqwest::RequestBuilder {
        let request = client().request(method, format!("{}{path}", self.origin()));
        request.bearer_auth(key).header("host", "localhost")
    }

    pub async fn get(&self, path: &str, key: &str) -> Answer {
        sent(self.request(Method::GET, path, key)).await
    }

    pub async fn post(&self, path: &str, key: &str, body: &Value) -> Answer {
        sent(self.request(Method::POST, path, key).json(body)).await
    }

    /// Makes a site, has a page written and publishes it: four kinds of work. Gives the answer to the first request.
    pub async fn publish(&self, key: &str) -> Answer {
        let made = self.post("/api/v1/sites", key, &json!({ "slug": "facts", "title": "Facts" })).await;
        let site = made.json(201)["id"].clone();
        let text = "# Robots\n\nA robots.txt file lies at the root of a host. It tells crawlers which paths they may read.\n";
        let source = json!({ "site": site, "name": "robots.md", "title": "Robots", "text": text });
        self.post("/api/v1/sources", key, &source).await.json(201);
        let brief = json!({ "text": "What robots.txt says.", "sources": ["robots.md"] });
        let page =
            json!({ "site": site, "path": "robots.md", "title": "What robots.txt says", "brief": brief });
        let page = self.post("/api/v1/pages", key, &page).await.json(201);
        let path = format!("/api/v1/pages/{}", page["id"].as_str().unwrap());
        let job = self.post(&format!("{path}/generate"), key, &json!({})).await;
        self.settled(job.header("location"), key, "done").await;
        let gate = self.request(Method::PATCH, made.header("location"), key).json(&json!({ "gate": 40 }));
        sent(gate).await.json(200);
        self.post(&format!("{path}/health"), key, &json!({})).await.json(200);
        self.post(&format!("{path}/approve"), key, &json!({ "revision": 1 })).await.json(200);
        let edition = self.post("/api/v1/editions", key, &json!({ "site": site, "reason": "first" })).await;
        self.settled(edition.header("location"), key, "ready").await;
        made
    }

    async fn settled(&self, path: &str, key: &str, state: &str) {
        let began = Instant::now();
        loop {
            let thing = self.get(path, key).await.json(200);
            if thing["state"] == state {
                return;
            }
            assert!(began.elapsed() < PATIENCE && thing["state"] != "failed", "{thing}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// What its own port for metrics shows.
    pub async fn scrape(&self) -> Scrape {
        let answer = sent(client().get(self.metrics.as_ref().unwrap())).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        assert_eq!(answer.header("content-type"), "text/plain; version=0.0.4; charset=utf-8");
        Scrape::of(&answer.text)
    }

    /// Asks it to end, as an operator would, and waits until it has; all that it has written to standard error.
    pub async fn stop(mut self, within: Duration) -> Vec<String> {
        let kill = ["-c", "kill -TERM $0", &self.child.id().to_string()];
        assert!(Command::new("sh").args(kill).status().unwrap().success());
        let began = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                self.reader.take().unwrap().join().unwrap();
                assert!(status.success(), "{:?}", self.errors());
                return self.errors();
            }
            assert!(began.elapsed() < within, "it is still there after {within:?}: {:?}", self.errors());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What it says on standard output, line by line, read to the end.
fn listen(child: &mut Child) -> Receiver<String> {
    let (sender, said) = channel();
    let stdout = child.stdout.take().unwrap();
    std::thread::spawn(move || {
        for line in BufReader::new(stdout).lines().map_while(Result::ok) {
            let _ = sender.send(line);
        }
    });
    said
}
