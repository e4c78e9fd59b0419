//! `citepress health`, as a container's health check runs it.

use std::io::{Read, Write};
use std::path::Path;
use std::process::Output;

use crate::database;
use crate::publishing::rig::Rig;

/// The command, beside the server that it asks.
async fn health(data: &Path, arguments: &[&str]) -> Output {
    let mut command = database::citepress(data);
    command.current_dir(data).arg("health").arg("--data").arg(data).args(arguments);
    tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap()
}

fn said(output: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    text(&output.stdout) + &text(&output.stderr)
}

#[tokio::test]
async fn a_server_that_is_ready_is_healthy_and_one_that_is_gone_is_not() {
    let rig = Rig::without_worker().await;
    let port = rig.port.to_string();
    let well = health(rig.folder.path(), &["--port", &port]).await;
    assert!(well.status.success() && said(&well).contains("ready"), "{well:?}");
    let by_address = format!("http://127.0.0.1:{port}");
    let well = health(rig.folder.path(), &["--url", &by_address]).await;
    assert!(well.status.success(), "{well:?}");
    let alive = health(rig.folder.path(), &["--url", &format!("{by_address}/healthz")]).await;
    assert!(said(&alive).contains("alive"), "{alive:?}");
    let held = tokio::net::TcpSocket::new_v4().unwrap();
    let address = ([127, 0, 0, 1], rig.port).into();
    let folder = rig.stop_and_keep().await;
    // Held, so that nobody else listens there meanwhile.
    held.set_reuseaddr(true).unwrap();
    held.bind(address).unwrap();
    let gone = health(folder.path(), &["--port", &port]).await;
    assert!(!gone.status.success() && said(&gone).contains("nothing answers"), "{gone:?}");
}

#[tokio::test]
async fn a_server_that_is_not_ready_is_told_with_its_reason() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port().to_string();
    let answering = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut asked = [0; 1024];
        let length = stream.read(&mut asked).unwrap();
        stream.write_all(b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 9\r\n\r\nnot ready").unwrap();
        String::from_utf8_lossy(&asked[..length]).into_owned()
    });
    let folder = tempfile::tempdir().unwrap();
    let told = health(folder.path(), &["--port", &port]).await;
    assert!(!told.status.success() && said(&told).contains("503: not ready"), "{told:?}");
    let asked = answering.join().unwrap();
    assert!(asked.starts_with("GET /readyz ") && asked.contains("host: localhost"), "{asked}");
}

#[tokio::test]
async fn a_worker_is_healthy_when_it_reaches_a_database_with_a_current_schema() {
    let rig = Rig::without_worker().await;
    let well = health(rig.folder.path(), &["--database"]).await;
    assert!(well.status.success() && said(&well).contains("ready"), "{well:?}");
    let folder = rig.stop_and_keep().await;
    // Nobody has made a schema here.
    let empty = tempfile::tempdir().unwrap();
    let told = health(empty.path(), &["--database"]).await;
    assert!(!told.status.success() && said(&told).contains("migrations to apply"), "{told:?}");
    drop(folder);
}
