//! A real Redis server on a free port of this machine, which keeps nothing on disk and ends with its test.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use citepress::base::Secret;
use citepress::config::Settings;

const PATIENCE: Duration = Duration::from_secs(20);

pub struct Server {
    pub port: u16,
    child: Option<Child>,
    /// Further arguments.
    also: Vec<String>,
}

impl Server {
    pub fn start() -> Server {
        Server::with(|_| Vec::new())
    }

    /// With TLS alone, by the certificate and key in a folder, and a password.
    pub fn with_tls(folder: &Path, password: &str) -> Server {
        let file = |name: &str| folder.join(name).to_str().unwrap().to_owned();
        Server::with(|port| {
            let also = [
                ("--tls-port", port.to_string()),
                ("--tls-cert-file", file("certificate.pem")),
                ("--tls-key-file", file("key.pem")),
                ("--tls-auth-clients", "no".to_owned()),
                ("--requirepass", password.to_owned()),
            ];
            also.into_iter().flat_map(|(name, value)| [name.to_owned(), value]).collect()
        })
    }

    /// On a free port, or on another where somebody else has taken that one meanwhile.
    fn with(also: impl Fn(u16) -> Vec<String>) -> Server {
        for _ in 0..3 {
            let port = free_port();
            let mut server = Server { port, child: None, also: also(port) };
            if server.comes_up() {
                return server;
            }
        }
        panic!("redis-server ends as soon as it is started");
    }

    /// The port of a server that is not there.
    pub fn refusing() -> Server {
        Server { port: free_port(), child: None, also: Vec::new() }
    }

    /// On the same port, with nothing in it.
    pub fn start_again(&mut self) {
        let began = Instant::now();
        while !self.comes_up() {
            assert!(began.elapsed() < PATIENCE, "redis-server does not listen on {}", self.port);
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Starts it; false where it has ended before it listened.
    fn comes_up(&mut self) -> bool {
        let mut command = Command::new("redis-server");
        command.args(["--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", "/tmp"]);
        let plain = if self.also.is_empty() { self.port } else { 0 };
        command.args(["--port", &plain.to_string()]).args(&self.also);
        command.stdout(Stdio::piped()).stderr(Stdio::null());
        let child = self.child.insert(command.spawn().expect("redis-server is installed by tests/run"));
        // By its own word: somebody else who has taken its port may listen there, too.
        let mut said = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
        said.any(|line| line.contains("Ready to accept connections"))
    }

    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// Has an installation use it.
    pub fn used_by(&self, settings: &mut Settings) {
        settings.redis.url = Secret::new(self.url());
    }

    /// As by `kill -9`.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }

    /// It keeps its connections and answers nothing.
    pub fn hang(&self) {
        self.signal("-STOP");
    }

    pub fn go_on(&self) {
        self.signal("-CONT");
    }

    pub fn command(&self, words: &[&str]) -> String {
        let mut command = Command::new("redis-cli");
        let told = command.args(["-p", &self.port.to_string()]).args(words).output().unwrap();
        String::from_utf8(told.stdout).unwrap().trim().to_owned()
    }

    fn signal(&self, signal: &str) {
        let id = self.child.as_ref().unwrap().id().to_string();
        assert!(Command::new("kill").args([signal, &id]).status().unwrap().success());
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // A stopped process is killed all the same.
        if let Some(child) = &mut self.child {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

fn free_port() -> u16 {
    TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port()
}
