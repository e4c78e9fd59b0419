//! Mail as the program sends it.

use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};

use citepress::queue::{Filter, Reach};
use citepress::tenancy::Role;
use sea_orm::ConnectionTrait;
use serde_json::Value;

use super::server::{Reply, Server, header};
use crate::publishing::rig::Rig;

#[tokio::test]
async fn an_invitation_that_the_server_puts_off_is_sent_later_under_the_same_id() {
    let tries = AtomicUsize::new(0);
    // Taken whole, and then put off: the first mail may have arrived all the same.
    let server = Server::answering(move |line| match line.starts_with("RCPT") {
        true if tries.fetch_add(1, Ordering::SeqCst) == 0 => Reply::Line("451 greylisted, try later"),
        _ => Reply::Usual,
    })
    .await;
    let rig = Rig::sending_mail(&server.url()).await;
    rig.app.accounts.invite(&rig.org, "bob@acme.example", Role::Member).await.unwrap();
    let letters = Filter { kind: Some("accounts.letter".into()), ..Filter::default() };
    let until = std::time::Instant::now() + std::time::Duration::from_secs(20);
    let job = loop {
        let job = rig.app.queue.list(Reach::All, &letters, 1).await.unwrap().remove(0);
        if job.cause.is_some() {
            break job;
        }
        assert!(std::time::Instant::now() < until, "{job:?}");
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    };
    assert!(job.cause.unwrap().contains("greylisted"));
    let tx = rig.app.db.write_system().await.unwrap();
    tx.conn().execute_unprepared("UPDATE jobs SET run_at = 0 WHERE state = 'queued'").await.unwrap();
    tx.commit().await.unwrap();
    let mail = server.when_came(1).await.remove(0);
    assert_eq!(header(&mail, "Message-ID"), format!("<{}@sender.example>", job.id));
    assert_eq!(header(&mail, "To"), "bob@acme.example");
    assert!(header(&mail, "Subject").contains("Invitation to Acme"), "{mail}");
    assert!(mail.replace("=\r\n", "").replace("=3D", "=").contains("/console/invitation?token="), "{mail}");
    assert!(!rig.folder.path().join("outbox").exists(), "it goes one way");
    rig.stop().await;
}

/// What `citepress doctor` says of mail.
fn doctor(smtp: &str, from: &str) -> Value {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_citepress"));
    command.args(["doctor", "--json", "--port", "0", "--data"]).arg(folder.path());
    let run = command.env("CITEPRESS_MAIL__SMTP", smtp).env("CITEPRESS_MAIL__FROM", from).output().unwrap();
    let found: Value = serde_json::from_slice(&run.stdout).unwrap();
    let mail = found.as_array().unwrap().iter().find(|finding| finding["part"] == "mail").unwrap().clone();
    assert_eq!(run.status.success(), mail["ok"] == true, "{found}");
    mail
}

#[tokio::test(flavor = "multi_thread")]
async fn the_doctor_tries_the_mail_server_and_says_what_to_mend() {
    let server = Server::start().await;
    let says = |mail: &Value| mail["says"].as_str().unwrap().to_owned();
    let well = doctor(&server.url(), "mail@sender.example");
    assert_eq!(well["ok"], true, "{well}");
    assert_eq!(says(&well), format!("{} takes mails from mail@sender.example", server.address()));
    assert!(server.commands().iter().any(|line| line.starts_with("AUTH")), "{:?}", server.commands());
    assert!(server.mails().is_empty());
    let none = doctor("", "");
    assert!(none["ok"] == true && says(&none).contains("outbox"), "{none}");

    let closed = format!("smtp://ada:hunter2@{}?tls=none", std::net::SocketAddr::from(([127, 0, 0, 1], 1)));
    for (smtp, from, cure) in [
        (closed.as_str(), "mail@sender.example", "check mail.smtp"),
        (&server.url(), "", "setting mail.from"),
        (&server.url(), "nobody", "setting mail.from"),
        ("smtp://u:hunter2@mail.example?tls=none", "mail@sender.example", "setting mail.smtp"),
    ] {
        let ill = doctor(smtp, from);
        assert!(ill["ok"] == false && says(&ill).contains(cure), "{smtp}: {ill}");
        assert!(!says(&ill).contains("hunter2") && !says(&ill).contains("sesame"), "{ill}");
    }
}

#[test]
fn a_wrong_setting_of_mail_stops_the_start_with_one_line() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_citepress"));
    command.args(["serve", "--port", "0", "--data"]).arg(folder.path());
    let run = command.env("CITEPRESS_MAIL__SMTP", "smtps://u:hunter2@mail.example").output().unwrap();
    let said = String::from_utf8(run.stderr).unwrap();
    assert!(!run.status.success() && said.trim_end().lines().count() == 1, "{said}");
    assert!(said.contains("setting mail.from") && !said.contains("hunter2"), "{said}");
}
