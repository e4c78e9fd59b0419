//! The installation, and its members one by one.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use citepress::db::{Db, DbConfig};
use sea_orm::{ConnectionTrait, Statement};
use serde_json::Value;

use crate::database;
use crate::ops::process::{PATIENCE, Process};
use crate::proxy::caddy::Caddy;
use crate::redis::server::Server;
use crate::storage::s3::{BUCKET, S3};

/// Ends with its owner, its members first.
pub struct Company {
    pub nodes: Vec<Member>,
    pub workers: Vec<Member>,
    pub caddy: Caddy,
    pub key: String,
    pub postgres: Postgres,
    _redis: Server,
    _s3: S3,
}

/// A process of the installation with a data folder of its own, as on a machine of its own.
pub struct Member {
    pub data: tempfile::TempDir,
    command: Vec<String>,
    environment: Vec<(String, String)>,
    process: Option<Process>,
}

impl Company {
    /// Two web nodes and two workers.
    pub async fn new() -> Company {
        Company::with(|_, _| Vec::new()).await
    }

    /// Whose members have settings or an environment of their own: told by what they are and which they are.
    pub async fn with(own: impl Fn(&str, usize) -> Vec<(String, String)>) -> Company {
        let (postgres, redis, s3) = (Postgres::start(), Server::start(), S3::start().await);
        let common = settings(&redis, &s3);
        let member = |role: &str, which: usize, command: Vec<String>| {
            let data = tempfile::tempdir().unwrap();
            std::fs::write(data.path().join("database-url"), &postgres.url).unwrap();
            let environment = common.iter().cloned().chain(own(role, which)).collect();
            Member { data, command, environment, process: None }
        };
        let words = |words: &[&str]| words.iter().map(|&word| word.to_owned()).collect::<Vec<_>>();
        let mut nodes: Vec<Member> = (0..2)
            .map(|which| member("node", which, words(&["serve", "--no-worker", "--port", "0"])))
            .collect();
        let mut workers: Vec<Member> =
            (0..2).map(|which| member("worker", which, words(&["worker"]))).collect();
        let key = nodes[0].found();
        for other in nodes[1..].iter().chain(&workers) {
            std::fs::copy(nodes[0].data.path().join("secret.key"), other.data.path().join("secret.key"))
                .unwrap();
        }
        for member in nodes.iter_mut().chain(&mut workers) {
            member.start();
        }
        let ports: Vec<u16> = nodes.iter_mut().map(Member::keep_port).collect();
        let caddy = Caddy::in_front(&ports, &nodes[0].data.path().join("sites")).await;
        Company { nodes, workers, caddy, key, postgres, _redis: redis, _s3: s3 }
    }

    /// Who reads a site, and edits; one who reads many keeps one connection for all.
    pub fn client(&self, host: &str) -> reqwest::Client {
        self.caddy.reader(&["localhost", host])
    }

    /// All members, web nodes first.
    pub fn members(&mut self) -> Vec<&mut Member> {
        self.nodes.iter_mut().chain(&mut self.workers).collect()
    }

    /// One number out of the database.
    pub async fn count(&self, sql: &str) -> i64 {
        let db = Db::open(&DbConfig { url: self.postgres.url.clone(), ..DbConfig::default() }).await.unwrap();
        let row = db.system().query_one_raw(Statement::from_string(db.backend(), sql)).await.unwrap();
        let count = row.unwrap().try_get_by_index(0).unwrap();
        db.close().await;
        count
    }

    /// Waits until every job that is due has ended.
    pub async fn rest(&self) {
        let began = Instant::now();
        let waiting = "SELECT count(*) FROM jobs WHERE state = 'running'
            OR (state = 'queued' AND run_at <= extract(epoch FROM now()) * 1000 + 30000)";
        while self.count(waiting).await > 0 {
            assert!(began.elapsed() < 2 * PATIENCE, "jobs do not end");
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }
}

/// What all members are told.
fn settings(redis: &Server, s3: &S3) -> Vec<(String, String)> {
    let endpoint = format!("http://127.0.0.1:{}", s3.port);
    let of = |name: &str, value: &str| (format!("CITEPRESS_{name}"), value.to_owned());
    vec![
        of("REDIS__URL", &redis.url()),
        of("STORAGE__BUCKET", BUCKET),
        of("STORAGE__ENDPOINT", &endpoint),
        of("STORAGE__ACCESS_KEY", "a-key"),
        of("STORAGE__SECRET_KEY", "a-secret"),
        of("SERVER__TRUSTED_PROXIES", "127.0.0.1"),
        of("SERVER__SITES_DOMAIN", "sites.example"),
        of("API__REQUESTS_PER_MINUTE", "1000000"),
        of("QUOTA__SITES", "100000"),
    ]
}

impl Member {
    /// Makes the organisation; its key.
    fn found(&self) -> String {
        let create = ["admin", "create", "--email", "ann@acme.example", "--org", "Acme", "--api-key"];
        let mut command = database::citepress(self.data.path());
        command.args(create).arg("--data").arg(self.data.path()).envs(self.environment.iter().cloned());
        let made = command.output().unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let made: Value = serde_json::from_slice(&made.stdout).unwrap();
        made["api_key"].as_str().unwrap().to_owned()
    }

    /// Returns when it is up.
    pub fn start(&mut self) {
        let command: Vec<&str> = self.command.iter().map(String::as_str).collect();
        let environment: Vec<(&str, &str)> =
            self.environment.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let data = self.data.path();
        let process = tokio::task::block_in_place(|| Process::start(data, &command, &environment));
        self.process = Some(process);
    }

    /// The free port that a node has found at its first start: it takes the same at the next ones, where Caddy looks for it.
    fn keep_port(&mut self) -> u16 {
        let port = self.process.as_ref().unwrap().port.unwrap();
        *self.command.last_mut().unwrap() = port.to_string();
        port
    }

    /// As by `kill -9`.
    pub fn kill(&mut self) {
        self.process = None;
    }

    /// As by SIGTERM, and how long it took.
    pub async fn stop(&mut self) -> Duration {
        let began = Instant::now();
        self.process.take().unwrap().stop(Duration::from_secs(30)).await;
        began.elapsed()
    }
}

/// A PostgreSQL server of this story's own.
pub struct Postgres {
    pub url: String,
    folder: tempfile::TempDir,
}

impl Postgres {
    pub fn start() -> Postgres {
        Postgres::by("start", &[])
    }

    /// With `postgres` for its superuser, as images make it.
    pub fn as_in_an_image() -> Postgres {
        Postgres::told("start", &[], &[("SUPERUSER", "postgres")])
    }

    /// A read replica of another.
    pub fn following(primary: &Postgres) -> Postgres {
        Postgres::by("follow", &[primary.folder.path().join("server")])
    }

    fn by(verb: &str, more: &[PathBuf]) -> Postgres {
        Postgres::told(verb, more, &[])
    }

    fn told(verb: &str, more: &[PathBuf], environment: &[(&str, &str)]) -> Postgres {
        let folder = tempfile::tempdir().unwrap();
        // Its owner is another.
        let open = std::os::unix::fs::PermissionsExt::from_mode(0o755);
        std::fs::set_permissions(folder.path(), open).unwrap();
        let said = script(verb, &folder.path().join("server"), more, environment);
        Postgres { url: format!("{}/postgres", said.trim()), folder }
    }

    /// It keeps its connections and answers nothing, as behind a network that swallows everything, until what this gives is
    /// dropped.
    pub fn freeze(&self) -> Frozen {
        let pid = std::fs::read_to_string(self.folder.path().join("server/data/postmaster.pid")).unwrap();
        let postmaster = pid.lines().next().unwrap().to_owned();
        // First of all, so that it makes no more of them.
        signal("-STOP", std::slice::from_ref(&postmaster));
        let children = Command::new("pgrep").args(["-P", &postmaster]).output().unwrap();
        let children = String::from_utf8(children.stdout).unwrap();
        let frozen = Frozen([postmaster].into_iter().chain(children.lines().map(str::to_owned)).collect());
        signal("-STOP", &frozen.0);
        frozen
    }

    /// Cut off as by a crash, and started again on what it has on disk.
    pub fn crash(&self) {
        script("crash", &self.folder.path().join("server"), &[], &[]);
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        // Not by `script`: a second panic would hide the first.
        let _ = command("stop", &self.folder.path().join("server")).output();
    }
}

/// The processes of a server that stands still.
pub struct Frozen(Vec<String>);

impl Drop for Frozen {
    fn drop(&mut self) {
        signal("-CONT", &self.0);
    }
}

fn signal(which: &str, processes: &[String]) {
    // One of them may have ended by itself.
    let _ = Command::new("kill").arg(which).args(processes).status().unwrap();
}

fn script(verb: &str, folder: &Path, more: &[PathBuf], environment: &[(&str, &str)]) -> String {
    let told = command(verb, folder).args(more).envs(environment.iter().copied()).output().unwrap();
    assert!(told.status.success(), "{verb}: {}", String::from_utf8_lossy(&told.stderr));
    String::from_utf8(told.stdout).unwrap()
}

fn command(verb: &str, folder: &Path) -> Command {
    let mut command = Command::new(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/postgres"));
    command.arg(verb).arg(folder);
    command
}
