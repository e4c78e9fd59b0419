//! An S3 server for one test: moto's, installed once for all tests by pip.

use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use citepress::base::Secret;
use citepress::config::Settings;
use citepress::storage::{BucketConfig, Storage};

use crate::python::packages;

const PATIENCE: Duration = Duration::from_secs(60);
pub const BUCKET: &str = "artefacts";

/// Ends with its owner, and all that it holds.
pub struct S3 {
    process: Child,
    pub port: u16,
}

impl S3 {
    /// With an empty bucket.
    pub async fn start() -> S3 {
        // As the binary does first thing in main.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let packages =
            tokio::task::spawn_blocking(|| packages("tests/storage/requirements.txt")).await.unwrap();
        for _ in 0..3 {
            let mut s3 = S3::begin(&packages);
            if s3.is_up().await {
                return s3;
            }
        }
        panic!("the S3 server ends as soon as it is started");
    }

    fn begin(packages: &Path) -> S3 {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let process = Command::new("python3")
            .args(["-c", "from moto.server import main; main()", "-H", "127.0.0.1", "-p", &port.to_string()])
            .env("PYTHONPATH", packages)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("python3 is installed");
        S3 { process, port }
    }

    /// With its bucket; false where it has ended, as it does when somebody else has taken its port meanwhile.
    async fn is_up(&mut self) -> bool {
        let (client, began) = (reqwest::Client::builder().no_proxy().build().unwrap(), Instant::now());
        let bucket = format!("http://127.0.0.1:{}/{BUCKET}", self.port);
        while !client.put(&bucket).send().await.is_ok_and(|answer| answer.status().is_success()) {
            if self.process.try_wait().unwrap().is_some() {
                return false;
            }
            assert!(began.elapsed() < PATIENCE, "the S3 server does not answer");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        true
    }

    pub fn storage(&self) -> Storage {
        Storage::bucket(&config(self.port)).unwrap()
    }
}

impl Drop for S3 {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// What a server on this port is asked with.
pub fn config(port: u16) -> BucketConfig {
    BucketConfig {
        bucket: BUCKET.to_owned(),
        endpoint: format!("http://127.0.0.1:{port}"),
        region: "us-east-1".to_owned(),
        access_key: Secret::new("a-key"),
        secret_key: Secret::new("a-secret"),
        prefix: "one/installation".to_owned(),
        patience: Duration::from_secs(2),
    }
}

/// Settings that name it.
pub fn use_bucket(settings: &mut Settings, port: u16) {
    let BucketConfig { bucket, endpoint, access_key, secret_key, patience, .. } = config(port);
    settings.storage.bucket = bucket;
    settings.storage.endpoint = endpoint;
    settings.storage.access_key = access_key;
    settings.storage.secret_key = secret_key;
    settings.storage.patience_seconds = patience.as_secs();
}
