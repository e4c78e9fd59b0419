//! Caddy, started for one test: with its own certificate authority, on free ports of the loopback.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use reqwest::{Client, ClientBuilder};

use crate::publishing::rig::Rig;

const PATIENCE: Duration = Duration::from_secs(30);

/// Ends with its owner.
pub struct Caddy {
    process: Child,
    pub https: u16,
    /// Where it serves the trees, for itself.
    pub fallback: u16,
    console: String,
    folder: tempfile::TempDir,
}

impl Caddy {
    /// In front of a rig, whose published trees it knows.
    pub async fn before(rig: &Rig) -> Caddy {
        Caddy::in_front(&[rig.port], &rig.folder.path().join("sites")).await
    }

    /// In front of web nodes on these ports.
    pub async fn in_front(nodes: &[u16], sites: &Path) -> Caddy {
        Caddy::with_console("localhost", nodes, sites).await
    }

    /// Where the console has a name.
    pub async fn with_console(console: &str, nodes: &[u16], sites: &Path) -> Caddy {
        let mut said = String::new();
        for _ in 0..3 {
            let mut caddy = Caddy::start(console, nodes, sites);
            if caddy.is_up().await {
                return caddy;
            }
            said = caddy.log();
        }
        panic!("caddy ends as soon as it is started: {said}");
    }

    fn start(console: &str, nodes: &[u16], sites: &Path) -> Caddy {
        let folder = tempfile::tempdir().unwrap();
        let [http, https, admin, fallback] = free_ports();
        let apps: Vec<String> = nodes.iter().map(|port| format!("127.0.0.1:{port}")).collect();
        let log = std::fs::File::create(folder.path().join("log")).unwrap();
        let process = Command::new("caddy")
            .args(["run", "--adapter", "caddyfile", "--config"])
            .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("Caddyfile"))
            .envs([
                ("XDG_DATA_HOME", folder.path()),
                ("XDG_CONFIG_HOME", folder.path()),
                ("HOME", folder.path()),
            ])
            .env("CADDY_HTTP_PORT", http.to_string())
            .env("CADDY_HTTPS_PORT", https.to_string())
            .env("CADDY_ADMIN", format!("127.0.0.1:{admin}"))
            .env("CADDY_OPTIONS", "local_certs\nskip_install_trust\ndefault_bind 127.0.0.1")
            .env("CITEPRESS_APPS", apps.join(" "))
            .env("CITEPRESS_SITES_DOMAIN", "sites.example")
            .env("CITEPRESS_CONSOLE", console)
            .env("CITEPRESS_SITES_DIR", sites)
            .env("CITEPRESS_FALLBACK", fallback.to_string())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .expect("caddy is installed");
        Caddy { process, https, fallback, console: console.to_owned(), folder }
    }

    /// False where it has ended, as it does when somebody else has taken one of its ports meanwhile.
    async fn is_up(&mut self) -> bool {
        let began = Instant::now();
        while !self.root().exists() {
            if !self.goes_on(began).await {
                return false;
            }
        }
        // Certificates come one by one, soon after the start.
        for host in [self.console.clone(), "any.sites.example".to_owned()] {
            let reader = self.reader(&[host.as_str()]);
            while reader.get(self.url(&host, "/")).send().await.is_err() {
                if !self.goes_on(began).await {
                    return false;
                }
            }
        }
        true
    }

    /// Waits a moment for what has begun then; false where it has ended.
    async fn goes_on(&mut self, began: Instant) -> bool {
        assert!(began.elapsed() < PATIENCE, "{}", self.log());
        tokio::time::sleep(Duration::from_millis(50)).await;
        self.process.try_wait().unwrap().is_none()
    }

    pub fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }

    /// The certificate of its own authority.
    pub fn root(&self) -> PathBuf {
        self.folder.path().join("caddy/pki/authorities/local/root.crt")
    }

    /// A reader who trusts its authority and finds all hosts here.
    pub fn reader(&self, hosts: &[&str]) -> Client {
        self.reader_of(hosts, |builder| builder)
    }

    /// With something of their own.
    pub fn reader_of(&self, hosts: &[&str], own: impl FnOnce(ClientBuilder) -> ClientBuilder) -> Client {
        // Whoever starts no rig has none yet.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let root = reqwest::Certificate::from_pem(&std::fs::read(self.root()).unwrap()).unwrap();
        let mut builder = Client::builder().no_proxy().timeout(PATIENCE);
        builder = builder.redirect(reqwest::redirect::Policy::none()).tls_certs_only([root]);
        for host in hosts {
            builder = builder.resolve(host, SocketAddr::from(([127, 0, 0, 1], self.https)));
        }
        own(builder).build().unwrap()
    }

    pub fn url(&self, host: &str, path: &str) -> String {
        format!("https://{host}:{}{path}", self.https)
    }
}

impl Drop for Caddy {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Held all at once, so that they differ.
fn free_ports<const N: usize>() -> [u16; N] {
    let held = [(); N].map(|()| std::net::TcpListener::bind("127.0.0.1:0").unwrap());
    held.map(|listener| listener.local_addr().unwrap().port())
}
