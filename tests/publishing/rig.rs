//! An installation with one site, for one test.

use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::Path;
use std::time::{Duration, Instant};

use citepress::accounts::NewOrg;
use citepress::app::{App, Listening, Running};
use citepress::base::{Clock, Secret, Slug};
use citepress::config::{Layers, Settings};
use citepress::pages::{Brief, FetchSource, NewPage, PageId};
use citepress::publishing::{Edition, EditionId, EditionState, Gate, Publish};
use citepress::queue::{Filter, JobId, NewJob, Reach, Record, State};
use citepress::sites::{Domain, NewSite};
use citepress::tenancy::{OrgScope, Quotas, SiteScope};
use sea_orm::ConnectionTrait;

use crate::database::{self, Fresh};
use crate::dns::server::NameServer;

const PATIENCE: Duration = Duration::from_secs(60);

pub struct Rig {
    /// Large, and moved about by every story.
    pub app: Box<App>,
    pub org: OrgScope,
    pub scope: SiteScope,
    pub port: u16,
    pub folder: tempfile::TempDir,
    running: Option<Running>,
    /// After everything that uses it.
    _fresh: Fresh,
}

impl Rig {
    /// With a worker in this process.
    pub async fn new() -> Rig {
        Rig::start(true, |_| {}).await
    }

    /// With a worker in this process that may fetch from one private address.
    pub async fn allowed_to_fetch(address: &str) -> Rig {
        Rig::start(true, |settings| settings.crawl.allow.push(address.parse().unwrap())).await
    }

    /// With a worker in this process and other settings.
    pub async fn working(change: impl FnOnce(&mut Settings)) -> Rig {
        Rig::start(true, change).await
    }

    /// With a worker in this process that asks this name server.
    pub async fn asking(names: SocketAddr) -> Rig {
        Rig::start(true, |settings| settings.dns.servers.push(names)).await
    }

    /// With a worker in this process that sends mails to a server.
    pub async fn sending_mail(smtp: &str) -> Rig {
        let sending = |settings: &mut Settings| {
            settings.mail.smtp = Secret::new(smtp);
            settings.mail.from = "Citepress <mail@sender.example>".to_owned();
        };
        Rig::start(true, sending).await
    }

    /// With a worker in this process, and room for so many connections.
    pub async fn with_connections(most: usize) -> Rig {
        Rig::start(true, |settings| settings.server.connections = most).await
    }

    /// Only the faces, for so many calls of an organisation and so many wrong keys of an address in a minute.
    pub async fn with_limits(per_minute: NonZeroU32, wrong_keys: NonZeroU32) -> Rig {
        let limit = |settings: &mut Settings| {
            settings.api.requests_per_minute = per_minute;
            settings.api.wrong_keys_per_minute = wrong_keys;
        };
        Rig::start(false, limit).await
    }

    /// Only the faces, run by somebody.
    pub async fn run_by(operator: &str) -> Rig {
        Rig::start(false, |settings| settings.accounts.operators.push(operator.to_owned())).await
    }

    /// Only the faces, where a plan ends early.
    pub async fn with_quotas(quotas: Quotas) -> Rig {
        Rig::start(false, |settings| settings.quota = quotas).await
    }

    /// With a worker in this process, keeping so many editions, and others for so many days.
    pub async fn keeping(newest: u32, days: u32) -> Rig {
        let keep = |settings: &mut Settings| {
            settings.editions.keep_newest = newest;
            settings.editions.keep_days = days;
        };
        Rig::start(true, keep).await
    }

    /// Only the faces: jobs are left to other processes.
    pub async fn without_worker() -> Rig {
        Rig::start(false, |_| {}).await
    }

    /// Only the faces, with other settings.
    pub async fn with(change: impl FnOnce(&mut Settings)) -> Rig {
        Rig::start(false, change).await
    }

    async fn start(with_worker: bool, change: impl FnOnce(&mut Settings)) -> Rig {
        // As the binary does first thing in main.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let folder = tempfile::tempdir().unwrap();
        let fresh = Fresh::of(folder.path()).await;
        let mut settings = settings(folder.path());
        change(&mut settings);
        let listening = Listening::bind(&settings).await.unwrap();
        let port = listening.port();
        let app = Box::new(Box::pin(App::open(settings, port)).await.unwrap());
        let running = app.run(listening, |routes| routes, with_worker);
        let slug: Slug = "acme".parse().unwrap();
        let new = NewOrg { slug: slug.clone(), name: "Acme".into(), owner_email: "o@acme.example".into() };
        let org = app.accounts.found(new).await.unwrap();
        let settings = "title = \"Acme\"\ntheme = \"atlas\"\n".to_owned();
        let scope = app.sites.create(&org, NewSite { slug, title: "Acme".into(), settings }).await.unwrap();
        Rig { app, org, scope, port, folder, running: Some(running), _fresh: fresh }
    }

    /// Keeps texts as pages: new ones, or new revisions of those at the same path.
    pub async fn write(&self, pages: &[(&str, &str)]) {
        let document = |(path, body): &(&str, &str)| {
            let title = path.trim_end_matches(".md").to_owned();
            let new = NewPage {
                path: (*path).to_owned(),
                title: title.clone(),
                kind: press::PageKind::Article,
                brief: Brief::handwritten(),
            };
            (new, format!("+++\ntitle = \"{title}\"\n+++\n{body}\n"))
        };
        let documents = pages.iter().map(document).collect();
        self.app.pages.take_in(&self.scope, documents, "a test").await.unwrap();
    }

    /// Keeps one document as it is.
    pub async fn put(&self, path: &str, document: &str) {
        let (kind, brief) = (press::PageKind::Article, Brief::handwritten());
        let new = NewPage { path: path.to_owned(), title: path.to_owned(), kind, brief };
        self.app.pages.take_in(&self.scope, vec![(new, document.to_owned())], "a test").await.unwrap();
    }

    /// Waits until an attempt at building an edition has failed; why.
    pub async fn cause_of_build(&self, id: EditionId) -> String {
        let began = Instant::now();
        let builds = Filter { kind: Some("publishing.build".into()), ..Filter::default() };
        loop {
            let jobs = self.app.queue.list(Reach::All, &builds, 50).await.unwrap();
            let job = jobs.iter().find(|job| job.payload.contains(&id.to_string()));
            if let Some(cause) = job.and_then(|job| job.cause.clone()) {
                return cause;
            }
            assert!(began.elapsed() < PATIENCE, "the build has not failed within {PATIENCE:?}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Asks for an edition of everything as it is now.
    pub async fn request(&self) -> EditionId {
        let pages: Vec<PageId> =
            self.app.pages.list(&self.scope).await.unwrap().into_iter().map(|page| page.id).collect();
        // What tests write is short; that the gate holds is told by stories of its own.
        let publish = Publish { pages, reason: "a test".into(), go_live: true, gate: Gate::Open };
        self.app.publishing.publish(&self.scope, publish).await.unwrap()
    }

    /// Asks for an edition of everything, which is refused; why.
    pub async fn refused(&self) -> String {
        let pages = self.app.pages.list(&self.scope).await.unwrap().into_iter().map(|page| page.id).collect();
        let publish = Publish { pages, reason: "a test".into(), go_live: true, gate: Gate::Site };
        self.app.publishing.publish(&self.scope, publish).await.unwrap_err().to_string()
    }

    /// A job of the organisation that waits for a long time.
    pub async fn waiting_job(&self) -> JobId {
        self.waiting_job_of(&self.scope).await
    }

    /// A job of a site that waits for a long time.
    pub async fn waiting_job_of(&self, scope: &SiteScope) -> JobId {
        let (org, site) = (scope.org().org(), scope.site());
        let job = FetchSource { org, site, url: "https://example.com/".into() };
        let later = Clock::system().now() + Duration::from_secs(3600);
        let mut tx = self.app.db.write_system().await.unwrap();
        let job = self.app.queue.enqueue(&mut tx, NewJob::new(job).org(org).at(later)).await.unwrap().id();
        tx.commit().await.unwrap();
        job
    }

    /// Waits until an edition is ready or has failed, and until this process knows what is live since.
    pub async fn settled(&self, id: EditionId) -> Edition {
        let began = Instant::now();
        loop {
            let edition = self.app.publishing.edition(&self.scope, id).await.unwrap();
            if edition.state != EditionState::Queued {
                // Its commit is seen a moment before the process that made it has told its own faces.
                self.app.publishing.refresh_flips().await.unwrap();
                return edition;
            }
            assert!(began.elapsed() < PATIENCE, "the edition was not built within {PATIENCE:?}");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Publishes everything as it is now, and waits until readers have it.
    pub async fn publish(&self) -> Edition {
        let edition = self.settled(self.request().await).await;
        assert_eq!(edition.state, EditionState::Ready, "{:?}", edition.error);
        edition
    }

    /// Waits until every job that is due has ended.
    pub async fn rest(&self) {
        let began = Instant::now();
        loop {
            let now = Clock::system().now();
            // In one look: between two of them a job begins or leaves another one behind.
            let jobs = self.app.queue.list(Reach::All, &Filter::default(), 200).await.unwrap();
            let waits = |job: &Record| job.state == State::Queued && job.attempt == 0 && job.run_at > now;
            if jobs.iter().all(|job| job.state.is_final() || waits(job)) {
                return;
            }
            assert!(began.elapsed() < PATIENCE, "jobs do not end: {jobs:?}");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// Takes the jobs back whose workers were killed: what any worker does half a minute later, when their leases have run out.
    pub async fn take_back(&self) {
        let tx = self.app.db.write_system().await.unwrap();
        let lose =
            "UPDATE jobs SET state = 'queued', owner = NULL, lease_until = NULL WHERE state = 'running'";
        tx.conn().execute_unprepared(lose).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// A domain of a site's owner's own, proved by its record: it answers.
    pub async fn prove(&self, names: &NameServer, scope: &SiteScope, name: &str) -> Domain {
        let domain = self.app.domains.claim(scope, name).await.unwrap();
        let record = self.app.domains.records(scope.org(), &domain).await.unwrap();
        names.set_texts(&record.name, &[&record.value]);
        assert!(self.app.domains.look(scope, domain.id).await.unwrap());
        domain
    }

    /// Status and body of a page of the site, over a socket as a reader gets them.
    pub async fn read(&self, path: &str) -> (u16, String) {
        let url = format!("http://127.0.0.1:{}{path}", self.port);
        let client = client();
        let answer = client.get(url).header("host", "acme.localhost").send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    }

    /// Ends the faces and starts them again, on another port: they remember nothing then.
    pub async fn restart(&mut self) {
        if let Some(running) = self.running.take() {
            running.stop().await;
        }
        let settings = settings(self.folder.path());
        let listening = Listening::bind(&settings).await.unwrap();
        self.port = listening.port();
        *self.app = Box::pin(App::open(settings, self.port)).await.unwrap();
        self.running = Some(self.app.run(listening, |routes| routes, true));
    }

    /// Ends faces and worker; the database stays.
    pub async fn pause(&mut self) {
        if let Some(running) = self.running.take() {
            running.stop().await;
        }
    }

    pub async fn stop(self) {
        drop(self.stop_and_keep().await);
    }

    /// The data folder as it was left.
    pub async fn stop_and_keep(mut self) -> tempfile::TempDir {
        if let Some(running) = self.running.take() {
            running.stop().await;
        }
        self.app.db.clone().close().await;
        self.folder
    }
}

/// Settings for a data folder, on a free port.
pub fn settings(data: &Path) -> Settings {
    layers(data).settings().unwrap()
}

/// As [`settings`], for more to be set.
pub fn layers(data: &Path) -> Layers {
    let mut layers = Layers::defaults();
    layers.flag("--database", "database.url", database::of(data)).unwrap();
    layers.flag("--data", "data", data.to_str().unwrap()).unwrap();
    layers.flag("--port", "server.port", 0).unwrap();
    layers
}

pub fn client() -> reqwest::Client {
    let builder = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy();
    builder.timeout(PATIENCE).build().unwrap()
}
