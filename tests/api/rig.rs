//! A program with a key.

use std::time::{Duration, Instant};

use citepress::accounts::{KeyScope, NewOrg, NewPerson};
use citepress::base::Secret;
use citepress::tenancy::{OrgScope, PersonId, Role};
use reqwest::{Method, RequestBuilder};
use serde_json::Value;

use crate::publishing::rig::{Rig, client};

const PATIENCE: Duration = Duration::from_secs(60);

/// Calls an installation with a key of one organisation.
pub struct Program {
    pub origin: String,
    key: String,
    client: reqwest::Client,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: reqwest::header::HeaderMap,
    pub text: String,
}

impl Program {
    /// With a key of the rig's own organisation.
    pub async fn new(rig: &Rig, scope: KeyScope) -> Program {
        Program::of(rig, &rig.org, scope).await
    }

    /// With a key of another organisation, founded for it.
    pub async fn stranger(rig: &Rig) -> Program {
        let slug = "strangers".parse().unwrap();
        let new = NewOrg { slug, name: "Strangers".into(), owner_email: "s@strangers.example".into() };
        let org = rig.app.accounts.found(new).await.unwrap();
        Program::of(rig, &org, KeyScope::Admin).await
    }

    async fn of(rig: &Rig, org: &OrgScope, scope: KeyScope) -> Program {
        let (_, secret) = rig.app.accounts.create_key(org, "a test", scope, None).await.unwrap();
        Program::with_secret(rig, secret.reveal())
    }

    /// With a key that was made elsewhere.
    pub fn with_secret(rig: &Rig, key: &str) -> Program {
        let origin = format!("http://127.0.0.1:{}", rig.port);
        Program { origin, key: key.to_owned(), client: client() }
    }

    /// The key, for programs that are not written here.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// A request that can be changed before it is sent.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let url = format!("{}{path}", self.origin);
        self.client.request(method, url).bearer_auth(&self.key).header("host", "localhost")
    }

    /// The same without a key.
    pub fn unsigned(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.origin)).header("host", "localhost")
    }

    pub async fn get(&self, path: &str) -> Answer {
        sent(self.request(Method::GET, path)).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        sent(self.request(Method::POST, path).json(body)).await
    }

    /// Waits until the thing at a path has left these states.
    pub async fn settled(&self, path: &str, waiting: &[&str]) -> Value {
        let began = Instant::now();
        loop {
            let thing = self.get(path).await.json(200);
            if !waiting.contains(&thing["state"].as_str().unwrap()) {
                return thing;
            }
            assert!(began.elapsed() < PATIENCE, "{path} is still {}", thing["state"]);
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
}

/// Somebody who was invited by mail and has accepted; their id.
pub async fn joined(rig: &Rig, email: &str) -> PersonId {
    rig.app.accounts.invite(&rig.org, email, Role::Member).await.unwrap();
    let began = Instant::now();
    let mail = loop {
        let mails = std::fs::read_dir(rig.folder.path().join("outbox")).into_iter().flatten();
        let texts = mails.filter_map(|mail| std::fs::read_to_string(mail.unwrap().path()).ok());
        if let Some(mail) = texts.into_iter().find(|text| text.contains(email) && text.contains("?token=")) {
            break mail;
        }
        assert!(began.elapsed() < PATIENCE, "no mail came to {email}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    };
    let token = mail.split("?token=").nth(1).unwrap().split_whitespace().next().unwrap();
    let new = NewPerson { name: "Ada".into(), password: Secret::new("a few plain words") };
    let signed_in = rig.app.accounts.accept_as_new(token, new, "a test").await.unwrap();
    rig.app.accounts.session(signed_in.token.reveal()).await.unwrap().unwrap().1.id
}

pub async fn sent(request: RequestBuilder) -> Answer {
    let answer = request.send().await.unwrap();
    let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
    Answer { status, headers, text: answer.text().await.unwrap() }
}

impl Answer {
    /// The body, of an answer that must have this status.
    pub fn json(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.text);
        serde_json::from_str(&self.text).unwrap()
    }

    /// The body of a problem: its media type, and members that each problem has.
    pub fn problem(&self, status: u16, code: &str) -> Value {
        let problem = self.json(status);
        assert_eq!(self.header("content-type"), "application/problem+json", "{}", self.text);
        assert_eq!(problem["code"], code, "{}", self.text);
        assert_eq!(problem["status"], status);
        assert_eq!(problem["type"], format!("urn:citepress:problem:{code}"));
        assert_eq!(problem["request_id"], self.header("x-request-id"));
        assert!(problem["detail"].as_str().unwrap().len() > 10, "{}", self.text);
        problem
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}
