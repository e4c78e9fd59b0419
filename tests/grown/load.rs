//! Readers and editors, by way of Caddy, and what each of them was told.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use citepress::base::{Clock, Ids};
use citepress::queue::JobId;
use reqwest::{Client, Method};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::company::Company;

const PATIENCE: Duration = Duration::from_secs(90);
const PAUSE: Duration = Duration::from_millis(30);
/// A text that an answer can be written from.
const TEXT: &str = "# Robots\n\nA robots.txt file lies at the root of a host. It tells crawlers which paths they may read.\n";

/// Goes on until it is ended.
pub struct Load {
    tasks: JoinSet<()>,
    over: Arc<AtomicBool>,
    told: Arc<Mutex<Told>>,
}

/// What they were told, in all.
#[derive(Debug, Default, Clone)]
pub struct Told {
    /// Pages that were read.
    pub pages: usize,
    /// Sources and jobs that were acknowledged.
    pub sources: usize,
    pub jobs: usize,
    /// Everything that was not as it should be, in words.
    pub failures: Vec<String>,
    /// How long each page took.
    took: Vec<Duration>,
}

impl Told {
    /// How long the slowest of so many in a hundred pages took at most.
    pub fn percentile(&self, hundredths: usize) -> Duration {
        let mut took = self.took.clone();
        took.sort();
        took.get(took.len() * hundredths / 100).copied().unwrap_or_default()
    }
}

/// One who edits a site of their own, which is read meanwhile.
#[derive(Clone)]
pub struct Editor {
    client: Client,
    api: String,
    key: String,
    pub site: String,
    pub page: String,
    /// A page that readers see.
    url: String,
}

impl Editor {
    /// With a published site of this name.
    pub async fn new(company: &Company, name: &str) -> Editor {
        let host = format!("{name}.sites.example");
        let client = company.client(&host);
        let (api, url) = (company.caddy.url("localhost", "/api/v1"), company.caddy.url(&host, "/robots/"));
        let (site, page) = (String::new(), String::new());
        let mut editor = Editor { client, api, key: company.key.clone(), site, page, url };
        let site = editor.must(Method::POST, "/sites", json!({ "slug": name, "title": name })).await;
        editor.site = site["id"].as_str().unwrap().to_owned();
        let path = format!("/sites/{}", editor.site);
        editor.must(Method::PATCH, &path, json!({ "gate": 0 })).await;
        let source = json!({ "site": editor.site, "name": "robots.md", "title": "Robots", "text": TEXT });
        editor.must(Method::POST, "/sources", source).await;
        let brief = json!({ "text": "What robots.txt says.", "sources": ["robots.md"] });
        let page = json!({ "site": editor.site, "path": "robots.md", "title": "What robots.txt says", "brief": brief });
        let page = editor.must(Method::POST, "/pages", page).await;
        editor.page = page["id"].as_str().unwrap().to_owned();
        let job = editor.must(Method::POST, &format!("/pages/{}/generate", editor.page), json!({})).await;
        editor.done(job["id"].as_str().unwrap()).await;
        let approve = format!("/pages/{}/approve", editor.page);
        editor.must(Method::POST, &approve, json!({ "revision": 1 })).await;
        let edition = json!({ "site": editor.site, "reason": "first" });
        let edition = editor.must(Method::POST, "/editions", edition).await;
        let path = format!("/editions/{}", edition["id"].as_str().unwrap());
        let began = Instant::now();
        while editor.must(Method::GET, &path, Value::Null).await["state"] != "ready" {
            assert!(began.elapsed() < PATIENCE, "the first edition is not ready");
            tokio::time::sleep(PAUSE).await;
        }
        while editor.read().await.is_err() {
            assert!(began.elapsed() < PATIENCE, "nobody serves the first edition");
            tokio::time::sleep(PAUSE).await;
        }
        editor
    }

    /// Reads the page as the public does.
    async fn read(&self) -> Result<(), String> {
        let told = |error: reqwest::Error| format!("reader: {error:?}");
        let answer = self.client.get(&self.url).send().await.map_err(told)?;
        let status = answer.status();
        let text = answer.text().await.map_err(told)?;
        match status == 200 && text.contains("What robots.txt says") {
            true => Ok(()),
            false => Err(format!("reader: {status}")),
        }
    }

    /// One call of the API; `repeat` is its Idempotency-Key.
    async fn call(&self, method: &Method, path: &str, body: &Value, repeat: &str) -> Result<Value, String> {
        let request =
            self.client.request(method.clone(), format!("{}{path}", self.api)).bearer_auth(&self.key);
        let request = match *method == Method::GET {
            true => request,
            false => request.header("idempotency-key", repeat).json(body),
        };
        let told = |error: reqwest::Error| format!("{method} {path}: {error:?}");
        let answer = request.send().await.map_err(told)?;
        let status = answer.status();
        if status == 503 && !answer.headers().contains_key("retry-after") {
            return Err(format!("{method} {path}: 503, without Retry-After"));
        }
        let text = answer.text().await.map_err(told)?;
        if !status.is_success() {
            return Err(format!("{method} {path}: {status} {text}"));
        }
        serde_json::from_str(&text).map_err(|error| format!("{method} {path}: {error}: {text}"))
    }

    async fn must(&self, method: Method, path: &str, body: Value) -> Value {
        let repeat = uuid();
        self.call(&method, path, &body, &repeat).await.unwrap()
    }

    /// Calls until it is acknowledged, as a program does that was cut off: by the same key each time.
    async fn surely(&self, method: Method, path: &str, body: Value, told: &Mutex<Told>) -> Value {
        let (repeat, began) = (uuid(), Instant::now());
        loop {
            match self.call(&method, path, &body, &repeat).await {
                Ok(answer) => return answer,
                Err(failure) => told.lock().unwrap().failures.push(failure),
            }
            assert!(began.elapsed() < PATIENCE, "{method} {path} is never acknowledged");
            tokio::time::sleep(PAUSE).await;
        }
    }

    async fn done(&self, job: &str) {
        let told = Mutex::default();
        self.surely_done(job, &told).await;
    }

    async fn surely_done(&self, job: &str, told: &Mutex<Told>) {
        let began = Instant::now();
        loop {
            let found = self.surely(Method::GET, &format!("/jobs/{job}"), Value::Null, told).await;
            match found["state"].as_str().unwrap() {
                "done" => return,
                "queued" | "running" => {}
                _ => panic!("{found}"),
            }
            assert!(began.elapsed() < PATIENCE, "{found}");
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Adds a source, then has the page written anew; until it is over.
    async fn edit(self, over: Arc<AtomicBool>, told: Arc<Mutex<Told>>) {
        for n in 0.. {
            let source =
                json!({ "site": self.site, "name": format!("note-{n}.md"), "title": "A note", "text": TEXT });
            self.surely(Method::POST, "/sources", source, &told).await;
            told.lock().unwrap().sources += 1;
            let generate = format!("/pages/{}/generate", self.page);
            let job = self.surely(Method::POST, &generate, json!({}), &told).await;
            self.surely_done(job["id"].as_str().unwrap(), &told).await;
            told.lock().unwrap().jobs += 1;
            if over.load(Ordering::Relaxed) {
                return;
            }
        }
    }
}

/// Reads sites in turn, so many pages a second, however long each takes.
async fn look(sites: Vec<Editor>, per_second: u32, over: Arc<AtomicBool>, told: Arc<Mutex<Told>>) {
    let (mut under_way, mut tick) =
        (JoinSet::new(), tokio::time::interval(Duration::from_secs(1) / per_second));
    for n in 0.. {
        tick.tick().await;
        if over.load(Ordering::Relaxed) {
            break;
        }
        // Far apart from one to the next.
        let (site, told) = (sites[n * 7919 % sites.len()].clone(), Arc::clone(&told));
        under_way.spawn(async move {
            let began = Instant::now();
            let read = site.read().await;
            let mut told = told.lock().unwrap();
            told.took.push(began.elapsed());
            match read {
                Ok(()) => told.pages += 1,
                Err(failure) => told.failures.push(failure),
            }
        });
        while under_way.try_join_next().is_some() {}
    }
    under_way.join_all().await;
}

fn uuid() -> String {
    let id: JobId = Ids::system(Clock::system()).new_id();
    id.to_string()
}

impl Load {
    /// Some edit, and so many pages a second are read of what they and others have published.
    pub fn of(editors: &[Editor], others: &[Editor], per_second: u32) -> Load {
        let mut load = Load { tasks: JoinSet::new(), over: Arc::default(), told: Arc::default() };
        for editor in editors {
            load.tasks.spawn(editor.clone().edit(Arc::clone(&load.over), Arc::clone(&load.told)));
        }
        let all = [editors, others].concat();
        load.tasks.spawn(look(all, per_second, Arc::clone(&load.over), Arc::clone(&load.told)));
        load
    }

    /// So far.
    pub fn told(&self) -> Told {
        self.told.lock().unwrap().clone()
    }

    /// What they were told; each has finished what they were about.
    pub async fn end(mut self) -> Told {
        self.over.store(true, Ordering::Relaxed);
        while let Some(ended) = self.tasks.join_next().await {
            ended.unwrap();
        }
        let told = self.told.lock().unwrap();
        told.clone()
    }
}

impl Company {
    /// What was acknowledged is there once, each job has had its effect once, and nothing else is there; of so many sites.
    pub async fn holds(&self, sites: usize, told: &Told) {
        self.rest().await;
        let own = i64::try_from(sites).unwrap();
        let count = |n: usize| own + i64::try_from(n).unwrap();
        assert_eq!(self.count("SELECT count(*) FROM sources").await, count(told.sources), "sources");
        assert_eq!(
            self.count("SELECT count(*) FROM revisions").await,
            count(told.jobs),
            "revisions written by jobs"
        );
        let jobs = "SELECT count(*) FROM jobs WHERE kind = 'pages.generate' AND state = 'done'";
        assert_eq!(self.count(jobs).await, count(told.jobs), "jobs");
        assert_eq!(self.count("SELECT count(*) FROM jobs WHERE state = 'failed'").await, 0, "failed jobs");
    }
}
