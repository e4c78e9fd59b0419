//! One mail and its server.

use std::time::{Duration, Instant};

use base64::Engine;
use base64::prelude::BASE64_STANDARD as BASE64;
use citepress::base::{Clock, Secret};
use citepress::mail::{Mail, MailError, Mailer, SmtpConfig};

use super::server::{Reply, Server, header};
use crate::crawl::tls;

fn mailer(url: &str) -> Mailer {
    tls();
    let config = SmtpConfig {
        url: Secret::new(url),
        from: "Citepress <mail@sender.example>".to_owned(),
        within: Duration::from_secs(2),
        clock: Clock::fixed("2026-11-22T10:00:00Z".parse().unwrap()),
    };
    Mailer::smtp(config).unwrap()
}

fn mail(subject: &str, text: &str) -> Mail {
    Mail { to: "bob@acme.example".to_owned(), subject: subject.to_owned(), text: text.to_owned() }
}

#[tokio::test]
async fn a_mail_arrives_as_it_was_written() {
    let server = Server::start().await;
    let text = "Hello Bob,\n\n.a line that begins with a dot\nhttps://localhost/console/reset?token=a.b.c\n";
    mailer(&server.url()).send("job_1", &mail("A new password", text)).await.unwrap();
    let mails = server.mails();
    assert_eq!(mails.len(), 1);
    let head = |name: &str| header(&mails[0], name);
    assert_eq!(head("From"), "Citepress <mail@sender.example>");
    assert_eq!((head("To"), head("Subject")), ("bob@acme.example".into(), "A new password".into()));
    assert_eq!(head("Date"), "Sun, 22 Nov 2026 10:00:00 +0000");
    assert_eq!((head("MIME-Version"), head("Auto-Submitted")), ("1.0".into(), "auto-generated".into()));
    assert_eq!(head("Content-Type"), "text/plain; charset=utf-8");
    let body = mails[0].split_once("\r\n\r\n").unwrap().1;
    assert_eq!(body.trim_end(), text.replace('\n', "\r\n").trim_end());
    let commands = server.commands();
    assert_eq!(commands[0], "EHLO sender.example");
    let login = BASE64.encode("\0ada\0open sesame");
    let rest =
        [&format!("AUTH PLAIN {login}"), "MAIL FROM:<mail@sender.example>", "RCPT TO:<bob@acme.example>"];
    assert_eq!(commands[1..4], rest);
}

#[tokio::test]
async fn names_in_any_language_arrive_as_well() {
    let server = Server::start().await;
    mailer(&server.url()).send("job_1", &mail("Einladung zu Müller & Söhne", "Grüße\n")).await.unwrap();
    let mail = server.mails().remove(0);
    assert!(mail.is_ascii(), "{mail}");
    let name = |text: &str| format!("=?utf-8?b?{}?=", BASE64.encode(text));
    assert_eq!(header(&mail, "Subject"), format!("Einladung zu {} & {}", name("Müller"), name("Söhne")));
    assert!(mail.contains(&BASE64.encode("Grüße\r\n")), "{mail}");
}

#[tokio::test]
async fn a_mail_that_is_sent_again_has_the_same_message_id_and_another_mail_has_another() {
    let server = Server::start().await;
    let mailer = mailer(&server.url());
    for id in ["job_1", "job_1", "job_2"] {
        mailer.send(id, &mail("Hello", "Hello.")).await.unwrap();
    }
    let ids: Vec<String> = server.mails().iter().map(|mail| header(mail, "Message-ID")).collect();
    assert_eq!(ids, ["<job_1@sender.example>", "<job_1@sender.example>", "<job_2@sender.example>"]);
}

#[tokio::test]
async fn nothing_that_somebody_has_named_opens_another_header_or_command() {
    let server = Server::start().await;
    let folder = tempfile::tempdir().unwrap();
    for mailer in [mailer(&server.url()), Mailer::outbox(folder.path().to_owned())] {
        for end in ["\r\n", "\n", "\r", "\0"] {
            let subject = mail(&format!("Hello{end}Bcc: eve@evil.example"), "Hello.");
            let to = Mail {
                to: format!("bob@acme.example{end}RCPT TO:<eve@evil.example>"),
                ..mail("Hello", "Hello.")
            };
            for bad in [subject, to] {
                let refused = mailer.send("job_1", &bad).await.unwrap_err();
                assert!(matches!(refused, MailError::NotOneLine) && !refused.is_passing(), "{refused}");
            }
        }
    }
    for to in ["bob@acme.example, eve@evil.example", "bob", "<bob@acme.example> eve@evil.example", ""] {
        let bad = Mail { to: to.to_owned(), ..mail("Hello", "Hello.") };
        let refused = mailer(&server.url()).send("job_1", &bad).await.unwrap_err();
        assert!(matches!(refused, MailError::Unfit { .. }) && !refused.is_passing(), "{to}: {refused}");
    }
    assert_eq!((server.commands().len(), std::fs::read_dir(folder.path()).unwrap().count()), (0, 0));
}

#[tokio::test]
async fn a_server_that_says_nothing_more_is_left_in_time() {
    for silent in ["EHLO", "AUTH", "MAIL", "RCPT", "DATA"] {
        let hangs = move |line: &str| if line.starts_with(silent) { Reply::Hang } else { Reply::Usual };
        let server = Server::answering(hangs).await;
        let began = Instant::now();
        let failed = mailer(&server.url()).send("job_1", &mail("Hello", "Hello.")).await.unwrap_err();
        assert!(failed.is_passing() && failed.to_string().contains("2 s"), "{silent}: {failed}");
        assert!(began.elapsed() < Duration::from_secs(4), "{silent}: {:?}", began.elapsed());
    }
}

#[tokio::test]
async fn a_mailbox_that_is_not_there_is_final_and_a_busy_server_or_a_wrong_password_is_not() {
    let refused = async |verb: &'static str, line: &'static str| {
        let says = move |command: &str| match command.starts_with(verb) {
            true => Reply::Line(line),
            false => Reply::Usual,
        };
        let server = Server::answering(says).await;
        mailer(&server.url()).send("job_1", &mail("Hello", "Hello.")).await.unwrap_err()
    };
    let gone = refused("RCPT", "550 no such mailbox").await;
    assert!(!gone.is_passing() && gone.to_string().contains("no such mailbox"), "{gone}");
    for (verb, line) in [("RCPT", "451 try later"), ("MAIL", "421 too busy"), ("AUTH", "535 wrong password")]
    {
        let failed = refused(verb, line).await;
        assert!(failed.is_passing(), "{line}: {failed}");
        assert!(!failed.to_string().contains("sesame"), "{failed}");
    }
}

#[tokio::test]
async fn where_encryption_was_asked_for_nothing_is_sent_without_it() {
    let server = Server::start().await;
    let url = server.url().replace("?tls=none", "");
    let failed = mailer(&url).send("job_1", &mail("Hello", "Hello.")).await.unwrap_err();
    assert!(failed.is_passing(), "{failed}");
    let commands = server.commands();
    assert!(commands.iter().all(|line| line.starts_with("EHLO") || line == "QUIT"), "{commands:?}");
    let address = server.address();
    // TLS from the first byte, which this server does not speak.
    let failed = mailer(&format!("smtps://ada:x@{address}")).send("job_1", &mail("Hello", "Hello.")).await;
    assert!(failed.unwrap_err().is_passing());
    assert!(server.mails().is_empty());
}
