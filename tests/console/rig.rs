//! Somebody at a browser without script.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use citepress::base::Clock;
use reqwest::Method;
use reqwest::header::HeaderMap;
use scraper::{ElementRef, Html, Selector};

use crate::publishing::rig::{Rig, client};

const PATIENCE: Duration = Duration::from_secs(60);
pub const PASSWORD: &str = "a few plain words";

/// A browser: it keeps cookies and sends them, and does nothing else by itself.
pub struct Visitor {
    pub origin: String,
    pub port: u16,
    client: reqwest::Client,
    cookies: Mutex<BTreeMap<String, String>>,
}

/// A page that came.
#[derive(Debug)]
pub struct Shown {
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
}

impl Visitor {
    pub fn new(port: u16) -> Visitor {
        Visitor {
            origin: format!("http://localhost:{port}"),
            port,
            client: client(),
            cookies: Mutex::default(),
        }
    }

    /// The rig's owner: whoever has the set-up link.
    pub async fn owner(rig: &Rig) -> Visitor {
        let visitor = Visitor::new(rig.port);
        let token = rig.app.accounts.set_up_token().await.unwrap().expect("nobody was here before");
        let form = visitor.get(&format!("/console/set-up?token={}", token.reveal())).await;
        let founder = [
            ("email", "ada@acme.example"),
            ("name", "Ada"),
            ("password", PASSWORD),
            ("org_name", "Acme Analytics"),
        ];
        visitor.submit(&form, "/console/set-up", &founder).await.redirect();
        visitor
    }

    /// Somebody new in an organisation, invited by somebody in it.
    pub async fn invited(rig: &Rig, by: &Visitor, org: &str, email: &str, role: &str) -> Visitor {
        let members = by.get(&format!("/console/o/{org}/members")).await;
        by.submit(&members, "/members/invite", &[("email", email), ("role", role)]).await.redirect();
        let link = mailed(rig, email).await;
        let visitor = Visitor::new(rig.port);
        let form = visitor.get(&link).await;
        let who = [("name", "Grace"), ("password", PASSWORD)];
        visitor.submit(&form, "/console/invitation", &who).await.redirect();
        visitor
    }

    /// Signs in as somebody known.
    pub async fn signed_in(port: u16, email: &str) -> Visitor {
        let visitor = Visitor::new(port);
        let form = visitor.get("/console/sign-in").await;
        let who = [("email", email), ("password", PASSWORD)];
        visitor.submit(&form, "/console/sign-in", &who).await.redirect();
        visitor
    }

    pub async fn get(&self, path: &str) -> Shown {
        self.send(Method::GET, path, |request| request).await
    }

    /// Fills a form of a page in and sends it. `action` is how the form's address ends.
    pub async fn submit(&self, page: &Shown, action: &str, fields: &[(&str, &str)]) -> Shown {
        let (path, mut filled) = page.form(action);
        for (name, value) in fields {
            filled.retain(|(known, _)| known != name);
            filled.push(((*name).to_owned(), (*value).to_owned()));
        }
        self.post(&path, &filled).await
    }

    /// Sends fields as they are, from the console's own origin.
    pub async fn post(&self, path: &str, fields: &[(String, String)]) -> Shown {
        let origin = self.origin.clone();
        self.send(Method::POST, path, |request| filled(request.header("origin", origin), fields)).await
    }

    /// Sends anything.
    pub async fn send(
        &self,
        method: Method,
        path: &str,
        with: impl FnOnce(reqwest::RequestBuilder) -> reqwest::RequestBuilder,
    ) -> Shown {
        let url = format!("http://127.0.0.1:{}{path}", self.port);
        let mut request = self.client.request(method, url).header("host", format!("localhost:{}", self.port));
        let cookies = self.cookie_line();
        if !cookies.is_empty() {
            request = request.header("cookie", cookies);
        }
        let answer = with(request).send().await.unwrap();
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        for line in headers.get_all("set-cookie") {
            let line = line.to_str().unwrap();
            let (name, rest) = line.split_once('=').unwrap();
            let value = rest.split(';').next().unwrap();
            self.cookies.lock().unwrap().insert(name.to_owned(), value.to_owned());
        }
        Shown { status, headers, text: answer.text().await.unwrap() }
    }

    pub fn cookie(&self, name: &str) -> String {
        self.cookies.lock().unwrap().get(name).cloned().unwrap_or_default()
    }

    pub fn set_cookie(&self, name: &str, value: &str) {
        self.cookies.lock().unwrap().insert(name.to_owned(), value.to_owned());
    }

    fn cookie_line(&self) -> String {
        let cookies = self.cookies.lock().unwrap();
        let pairs = cookies.iter().filter(|(_, value)| !value.is_empty());
        pairs.map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    }

    /// Looks at a page until a text is on it.
    pub async fn until(&self, path: &str, text: &str) -> Shown {
        let began = Instant::now();
        loop {
            let shown = self.get(path).await;
            if shown.text.contains(text) {
                return shown;
            }
            assert!(began.elapsed() < PATIENCE, "no \"{text}\" at {path}: {}", shown.text);
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

impl Shown {
    /// The page, which has to have come.
    pub fn page(self) -> Shown {
        assert_eq!(self.status, 200, "{}", self.text);
        self
    }

    /// Where the answer leads.
    pub fn redirect(&self) -> String {
        assert_eq!(self.status, 303, "{}", self.text);
        self.headers["location"].to_str().unwrap().to_owned()
    }

    /// What the page says went wrong.
    pub fn wrong(&self) -> String {
        let told = self.texts("[role=alert]");
        assert!(!told.is_empty(), "the page complains of nothing: {}", self.text);
        told.join(" ")
    }

    /// The words of every element that matches.
    pub fn texts(&self, selector: &str) -> Vec<String> {
        let html = Html::parse_document(&self.text);
        let words = |element: ElementRef<'_>| {
            let text: String = element.text().collect();
            text.split_whitespace().collect::<Vec<_>>().join(" ")
        };
        html.select(&Selector::parse(selector).unwrap()).map(words).collect()
    }

    /// An attribute of every element that matches.
    pub fn attributes(&self, selector: &str, name: &str) -> Vec<String> {
        let html = Html::parse_document(&self.text);
        let selector = Selector::parse(selector).unwrap();
        let found = html.select(&selector);
        found.filter_map(|element| element.attr(name)).map(str::to_owned).collect()
    }

    /// A form's address and its fields as they are.
    pub fn form(&self, action: &str) -> (String, Vec<(String, String)>) {
        let html = Html::parse_document(&self.text);
        let (forms, inputs) = (Selector::parse("form").unwrap(), Selector::parse("[name]").unwrap());
        let is_asked = |form: &ElementRef<'_>| {
            let is_posted = form.attr("method") == Some("post");
            is_posted && form.attr("action").is_some_and(|path| path.ends_with(action))
        };
        let form = html.select(&forms).find(is_asked);
        let form = form.unwrap_or_else(|| panic!("no form to …{action}: {}", self.text));
        let field = |input: ElementRef<'_>| {
            let name = input.attr("name")?.to_owned();
            let text = || input.text().collect::<String>();
            match (input.value().name(), input.attr("type").unwrap_or_default()) {
                ("button", _) | (_, "file") => None,
                (_, "checkbox" | "radio") if input.attr("checked").is_none() => None,
                // A parser leaves out the line end after the tag, as browsers do.
                ("textarea", _) => Some((name, text())),
                ("select", _) => Some((name, chosen(input))),
                _ => Some((name, input.attr("value").unwrap_or_default().to_owned())),
            }
        };
        (form.attr("action").unwrap().to_owned(), form.select(&inputs).filter_map(field).collect())
    }
}

fn chosen(select: ElementRef<'_>) -> String {
    let options = Selector::parse("option").unwrap();
    let all: Vec<ElementRef<'_>> = select.select(&options).collect();
    let chosen = all.iter().find(|option| option.attr("selected").is_some()).or(all.first());
    chosen.map_or_else(String::new, |option| {
        option.attr("value").map_or_else(|| option.text().collect(), str::to_owned)
    })
}

/// The path of the newest link that was mailed to an address.
pub async fn mailed(rig: &Rig, email: &str) -> String {
    let began = Instant::now();
    loop {
        let mut mails: Vec<_> = std::fs::read_dir(rig.folder.path().join("outbox"))
            .into_iter()
            .flatten()
            .map(|mail| mail.unwrap().path())
            .collect();
        mails.sort();
        let texts = mails.into_iter().rev().filter_map(|mail| std::fs::read_to_string(mail).ok());
        let link = texts.filter(|text| text.contains(&format!("To: {email}\n"))).find_map(|text| {
            let link = text.split_whitespace().find(|word| word.contains("?token="))?;
            Some(link[link.find("/console").unwrap()..].to_owned())
        });
        if let Some(link) = link {
            return link;
        }
        assert!(began.elapsed() < PATIENCE, "no mail came to {email}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Seconds since the epoch, with time left in their step of one-time codes: the code of the step before is good until it ends.
pub async fn early_in_a_step() -> u64 {
    const STEP: u64 = 30;
    let now = Clock::system().now().as_second().unsigned_abs();
    let left = STEP - now % STEP;
    if left >= 5 {
        return now;
    }
    tokio::time::sleep(Duration::from_secs(left)).await;
    now + left
}

/// A request with fields, as a form sends them.
pub fn filled(request: reqwest::RequestBuilder, fields: &[(String, String)]) -> reqwest::RequestBuilder {
    let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    request.header("content-type", "application/x-www-form-urlencoded").body(body)
}
