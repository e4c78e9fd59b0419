//! What the program says of its Redis server, plain and by TLS.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use super::server::Server;

fn doctor(url: &str, trusted: Option<&Path>) -> Value {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_citepress"));
    command.args(["doctor", "--json", "--port", "0", "--data"]).arg(folder.path()).env("REDIS_URL", url);
    if let Some(trusted) = trusted {
        command.env("SSL_CERT_FILE", trusted);
    }
    let run = command.output().unwrap();
    let found: Value = serde_json::from_slice(&run.stdout).unwrap();
    let redis = found.as_array().unwrap().iter().find(|finding| finding["part"] == "redis").unwrap().clone();
    assert_eq!(run.status.success(), redis["ok"] == true, "{found}");
    redis
}

fn says(finding: &Value) -> &str {
    finding["says"].as_str().unwrap()
}

#[test]
fn the_doctor_tries_the_server_and_says_what_to_mend() {
    let server = Server::start();
    let well = doctor(&server.url(), None);
    assert!(well["ok"] == true && says(&well).contains("answers and keeps"), "{well}");
    let none = doctor("", None);
    assert!(none["ok"] == true && says(&none).contains("each process"), "{none}");
    let refusing = Server::refusing().url().replace("127.0.0.1", ":hidden@127.0.0.1");
    for url in [refusing.as_str(), "redis://", "http://:hidden@127.0.0.1"] {
        let ill = doctor(url, None);
        assert!(ill["ok"] == false && says(&ill).contains("redis.url"), "{url}: {ill}");
        assert!(!says(&ill).contains("hidden"), "{ill}");
    }
    assert_eq!(server.command(&["CONFIG", "SET", "min-replicas-to-write", "1"]), "OK");
    let ill = doctor(&server.url(), None);
    assert!(ill["ok"] == false && says(&ill).contains("NOREPLICAS"), "it answers and keeps nothing: {ill}");
}

#[test]
fn a_server_is_reached_by_tls_and_only_with_a_certificate_that_is_trusted() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name);
    let settings = "[req]\nprompt = no\ndistinguished_name = name\nx509_extensions = more\n[name]\nCN = localhost\n\
                    [more]\nbasicConstraints = critical, CA:FALSE\nsubjectAltName = DNS:localhost\n";
    std::fs::write(file("settings"), settings).unwrap();
    let mut make = Command::new("openssl");
    make.args(["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-config"])
        .arg(file("settings"));
    make.arg("-keyout").arg(file("key.pem")).arg("-out").arg(file("certificate.pem"));
    assert!(make.output().unwrap().status.success());
    let server = Server::with_tls(folder.path(), "sesame");
    let url = |password: &str| format!("rediss://:{password}@localhost:{}", server.port);
    let certificate = file("certificate.pem");
    let well = doctor(&url("sesame"), Some(&certificate));
    assert_eq!(well["ok"], true, "{well}");
    let wrong = doctor(&url("hidden"), Some(&certificate));
    assert!(wrong["ok"] == false && !says(&wrong).contains("hidden"), "{wrong}");
    let strange = doctor(&url("sesame"), None);
    assert!(strange["ok"] == false && !says(&strange).contains("sesame"), "{strange}");
}
