//! An organisation that has one of everything, to be exported and deleted.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use citepress::accounts::{KeyScope, NewOrg, NewPerson, Session};
use citepress::base::{Secret, Window};
use citepress::flags::{Flag, Setting};
use citepress::pages::{Brief, NewPage, NewSource, PageFilter, SourceKind};
use citepress::publishing::{EditionState, Gate, Publish};
use citepress::queue::{Filter, Reach};
use citepress::sites::{NewRedirect, NewSite};
use citepress::tenancy::{OrgScope, PersonId, Role, SiteScope};
use citepress::webhooks::{EventType, NewEndpoint};
use reqwest::Method;
use sea_orm::ConnectionTrait;
use serde_json::json;

use crate::api::rig::{Program, sent};
use crate::publishing::rig::{Rig, client};

const PATIENCE: Duration = Duration::from_secs(60);

/// What its name, address and texts hold and nothing else does.
pub const SLUG: &str = "quokka-works";
pub const NAME: &str = "Quokka Works";
pub const HOST: &str = "quokka-works.localhost";
pub const OWNER: &str = "owner@quokka.example";
pub const MEMBER: &str = "member@quokka.example";
pub const INVITED: &str = "invited@quokka.example";
pub const WORD: &str = "quokkaword";

/// What both organisations of a test publish, in the same words.
pub const SHARED: &str = "These words stand on pages of two organisations, which know nothing of each other.";

pub struct Leaver {
    pub org: OrgScope,
    pub scope: SiteScope,
    pub owner: Session,
    pub owner_token: String,
    pub owner_password: Secret,
    pub member: PersonId,
    pub invitation: String,
    pub program: Program,
}

impl Leaver {
    /// Founds it and gives it one of everything.
    pub async fn new(rig: &Rig) -> Leaver {
        let (slug, name) = (SLUG.parse().unwrap(), NAME.to_owned());
        let org = rig.app.accounts.found(NewOrg { slug, name, owner_email: OWNER.into() }).await.unwrap();
        let accounts = &rig.app.accounts;
        let owner_password = accounts.reset_by_operator(OWNER).await.unwrap();
        let signed_in = accounts.sign_in(OWNER, &owner_password, None, "a test").await.unwrap();
        let owner_token = signed_in.token.reveal().to_owned();
        let owner = accounts.session(&owner_token).await.unwrap().unwrap().0;
        let scope = accounts.scope(&owner, Some(org.org())).await.unwrap().unwrap();
        let member = join(rig, &scope, MEMBER).await;
        accounts.invite(&scope, INVITED, Role::Member).await.unwrap();
        let invitation = token_in_mail(rig, INVITED).await;
        accounts.request_reset(MEMBER).await.unwrap();
        let (_, key) = accounts.create_key(&org, WORD, KeyScope::Admin, None).await.unwrap();
        let program = Program::with_secret(rig, key.reveal());
        let settings = format!("title = \"{NAME}\"\ntheme = \"atlas\"\n");
        let new = NewSite { slug: SLUG.parse().unwrap(), title: NAME.into(), settings };
        let site = rig.app.sites.create(&org, new).await.unwrap();
        let leaver =
            Leaver { org, scope: site, owner, owner_token, owner_password, member, invitation, program };
        leaver.fill(rig).await;
        leaver
    }

    async fn fill(&self, rig: &Rig) {
        rig.app.flags.set_for(&self.org, Flag::Engines, Setting::On).await.unwrap();
        let picture = format!("{WORD} picture {}", "and more ".repeat(2_000));
        rig.app.sites.put_file(&self.scope, "static/picture.bin", picture.into()).await.unwrap();
        let source = NewSource {
            address: "facts.md".into(),
            kind: SourceKind::Upload,
            title: format!("Facts of {WORD}"),
            body: format!("# Facts\n\nA {WORD} is a small animal. It lives on an island, and it smiles.\n"),
        };
        rig.app.pages.put_source(&self.scope, source).await.unwrap();
        let text = format!("What a {WORD} is.");
        let brief = Brief { text, sources: vec!["facts.md".into()], ..Brief::handwritten() };
        let new = NewPage {
            path: "animal.md".into(),
            title: "Animal".into(),
            kind: press::PageKind::Article,
            brief,
        };
        let page = rig.app.pages.create(&self.scope, new).await.unwrap();
        rig.app.pages.request_generation(&self.scope, page).await.unwrap();
        self.written(rig).await;
        let from = |from: &str| NewRedirect { from: from.into(), to: "/own/".into(), status: 301 };
        let redirects = [from(&format!("/{WORD}")), from("/never")];
        rig.app.publishing.add_redirects(&self.scope, &redirects).await.unwrap();
        rig.app.domains.claim(&self.scope, &format!("www.{WORD}.dev")).await.unwrap();
        for number in 1..=3 {
            self.write(rig, &[("_index.md", SHARED), ("own.md", &format!("{WORD} {number}."))]).await;
            self.publish(rig).await;
        }
        let owner = rig.app.accounts.scope(&self.owner, Some(self.org.org())).await.unwrap().unwrap();
        let mine = rig.app.sites.scope(&owner, self.scope.site()).await.unwrap().unwrap();
        rig.app.pages.keep_draft(&mine, page, format!("{WORD} unsaved"), 1).await.unwrap();
        self.is_told(rig).await;
        // A repeated request is remembered.
        let made =
            json!({ "site": self.scope.site(), "name": "n.md", "title": WORD, "text": "Another fact." });
        let request = self.program.request(Method::POST, "/api/v1/sources").json(&made);
        sent(request.header("Idempotency-Key", "once")).await.json(201);
        let begun = self.program.post("/api/v1/orgs/current/export", &json!({})).await;
        begun.json(202);
        let job = self.program.settled(begun.header("location"), &["queued", "running"]).await;
        assert_eq!(job["state"], "done", "{job}");
        self.rest(rig).await;
    }

    /// A webhook with a delivery, and an owner whom a provider vouches for.
    async fn is_told(&self, rig: &Rig) {
        // Nothing writes events of this type yet: nothing is sent.
        let types = vec![EventType::ScanCompleted];
        let url = format!("https://{HOST}.example/hook");
        let new = NewEndpoint { url, description: WORD.into(), types };
        let (endpoint, _) = rig.app.webhooks.create(&self.org, new).await.unwrap();
        let (org, owner) = (self.org.org(), self.owner_id(rig).await);
        let rows = [
            format!(
                "INSERT INTO webhook_deliveries (id, org_id, endpoint_id, event_id, type, body, state, attempts, created_at)
                 VALUES ('del_1', '{org}', '{}', 'evt_1', 'scan.completed', '{WORD}', 'failed', 1, 1)",
                endpoint.id
            ),
            format!("INSERT INTO identities (id, person_id, issuer, subject, created_at) VALUES ('{WORD}', '{owner}', 'i', '{WORD}', 1)"),
        ];
        let tx = rig.app.db.write_system().await.unwrap();
        for row in rows {
            tx.conn().execute_unprepared(&row).await.unwrap();
        }
        tx.commit().await.unwrap();
    }

    async fn owner_id(&self, rig: &Rig) -> PersonId {
        let members = rig.app.accounts.members(&self.org).await.unwrap();
        members.into_iter().find(|member| member.role == Role::Owner).unwrap().person.id
    }

    pub async fn write(&self, rig: &Rig, pages: &[(&str, &str)]) {
        write(rig, &self.scope, pages).await;
    }

    pub async fn publish(&self, rig: &Rig) {
        publish(rig, &self.scope).await;
    }

    async fn written(&self, rig: &Rig) {
        let began = Instant::now();
        while rig.app.pages.list(&self.scope).await.unwrap()[0].revision == 0 {
            assert!(began.elapsed() < PATIENCE, "the page was not written");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Waits until all jobs of the organisation have ended.
    async fn rest(&self, rig: &Rig) {
        let began = Instant::now();
        loop {
            let jobs = rig.app.queue.list(Reach::Org(self.org.org()), &Filter::default(), 200).await.unwrap();
            if jobs.iter().all(|job| job.state.is_final()) {
                return;
            }
            assert!(began.elapsed() < PATIENCE, "a job does not end: {jobs:?}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Everything by which it could be found: ids, names, addresses, words.
    pub async fn traces(&self, rig: &Rig) -> Vec<String> {
        let app = &rig.app;
        let words = [SLUG, NAME, HOST, OWNER, MEMBER, INVITED, WORD].map(str::to_owned);
        let mut traces = Vec::from(words);
        traces.extend([self.org.org().to_string(), self.scope.site().to_string()]);
        traces.extend([self.owner.person.to_string(), self.member.to_string(), self.owner.id.to_string()]);
        let (pages, _) =
            app.pages.window(&self.scope, &PageFilter::default(), &Window::newest(100)).await.unwrap();
        traces.extend(pages.iter().map(|page| page.id.to_string()));
        let sources = app.pages.sources(&self.scope).await.unwrap();
        traces.extend(sources.iter().map(|source| source.id.to_string()));
        let editions = app.publishing.editions(&self.scope).await.unwrap();
        traces.extend(editions.iter().map(|edition| edition.id.to_string()));
        traces.extend(editions.iter().filter_map(|edition| Some(edition.manifest?.to_string())));
        let keys = app.accounts.keys(&self.org).await.unwrap();
        traces.extend(keys.iter().flat_map(|key| [key.id.to_string(), key.prefix.clone()]));
        let exports = app.departures.exports(&self.org).await.unwrap();
        traces.extend(exports.iter().map(|export| export.id.to_string()));
        let invitations = app.accounts.invitations(&self.org).await.unwrap();
        traces.extend(invitations.iter().map(|invitation| invitation.id.to_string()));
        let jobs = app.queue.list(Reach::Org(self.org.org()), &Filter::default(), 200).await.unwrap();
        traces.extend(jobs.iter().map(|job| job.id.to_string()));
        assert!(traces.len() > 30, "{traces:?}");
        traces
    }

    /// A file of its site, as readers get it.
    pub async fn picture(&self, rig: &Rig) -> Vec<u8> {
        let url = format!("http://127.0.0.1:{}/picture.bin", rig.port);
        let answer = client().get(url).header("host", HOST).send().await.unwrap();
        assert_eq!(answer.status(), 200);
        answer.bytes().await.unwrap().to_vec()
    }

    /// Deletes it as its owner does.
    pub async fn delete(&self, rig: &Rig) {
        let scope = rig.app.accounts.scope(&self.owner, Some(self.org.org())).await.unwrap().unwrap();
        rig.app.departures.delete(&scope, NAME).await.unwrap();
    }

    /// Waits until nothing of it is left to be removed.
    pub async fn gone(&self, rig: &Rig) {
        let began = Instant::now();
        loop {
            let left = rig.app.accounts.every_departed().await.unwrap();
            let purges = Filter { kind: Some("departures.purge".into()), ..Filter::default() };
            let jobs = rig.app.queue.list(Reach::All, &purges, 10).await.unwrap();
            if left.is_empty() && jobs.is_empty() {
                return;
            }
            assert!(began.elapsed() < Duration::from_secs(150), "something stays: {left:?} {jobs:?}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

pub async fn write(rig: &Rig, scope: &SiteScope, pages: &[(&str, &str)]) {
    let document = |(path, body): &(&str, &str)| {
        let (path, title) = ((*path).to_owned(), "A page".to_owned());
        let (kind, brief) = (press::PageKind::Article, Brief::handwritten());
        (NewPage { path, title, kind, brief }, format!("+++\ntitle = \"A page\"\n+++\n{body}\n"))
    };
    rig.app.pages.take_in(scope, pages.iter().map(document).collect(), "a test").await.unwrap();
}

pub async fn publish(rig: &Rig, scope: &SiteScope) {
    let pages = rig.app.pages.list(scope).await.unwrap().into_iter().map(|page| page.id).collect();
    let what = Publish { pages, reason: "a test".into(), go_live: true, gate: Gate::Open };
    let id = rig.app.publishing.publish(scope, what).await.unwrap();
    let began = Instant::now();
    loop {
        let edition = rig.app.publishing.edition(scope, id).await.unwrap();
        if edition.state != EditionState::Queued {
            assert_eq!(edition.state, EditionState::Ready, "{:?}", edition.error);
            return;
        }
        assert!(began.elapsed() < PATIENCE, "the edition was not built");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// Invites somebody, who accepts as somebody new.
pub async fn join(rig: &Rig, org: &OrgScope, email: &str) -> PersonId {
    rig.app.accounts.invite(org, email, Role::Member).await.unwrap();
    let token = token_in_mail(rig, email).await;
    let new = NewPerson { name: "Somebody".into(), password: Secret::new("a few plain words") };
    let signed_in = rig.app.accounts.accept_as_new(&token, new, "a test").await.unwrap();
    signed_in.person
}

pub async fn token_in_mail(rig: &Rig, email: &str) -> String {
    token_in_mail_of(rig, email, NAME).await
}

/// The token of an invitation by an organisation of this name.
pub async fn token_in_mail_of(rig: &Rig, email: &str, org: &str) -> String {
    let began = Instant::now();
    loop {
        let subject = format!("Invitation to {org} ");
        for path in files(&rig.folder.path().join("outbox")) {
            let mail = std::fs::read_to_string(&path).unwrap();
            let token = mail.split("invitation?token=").nth(1).and_then(|rest| rest.split_once('\n'));
            if let Some((token, _)) = token
                && mail.contains(email)
                && mail.contains(&subject)
            {
                // Read mails are put away: the next one to the same address is another.
                std::fs::remove_file(path).unwrap();
                return token.trim().to_owned();
            }
        }
        assert!(began.elapsed() < PATIENCE, "no mail came to {email}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Every file below a folder.
pub fn files(folder: &Path) -> Vec<PathBuf> {
    let (mut found, mut folders) = (Vec::new(), vec![folder.to_owned()]);
    while let Some(folder) = folders.pop() {
        for item in std::fs::read_dir(folder).into_iter().flatten() {
            let path = item.unwrap().path();
            if path.is_dir() && !path.is_symlink() {
                folders.push(path.clone());
            }
            found.push(path);
        }
    }
    found
}

/// The names of all blobs, artefacts and whatever else lies beside them.
pub fn blobs(rig: &Rig) -> BTreeSet<String> {
    let found = files(&rig.folder.path().join("blobs"));
    let names = found.iter().filter(|path| path.is_file()).map(|path| path.file_name().unwrap());
    names.map(|name| name.to_str().unwrap().to_owned()).collect()
}
