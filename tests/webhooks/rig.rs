//! The room with two organisations, under a clock that the test moves.

use std::sync::Arc;
use std::time::Duration;

use citepress::accounts::{self, Accounts, NewOrg, SendLetter};
use citepress::base::{Clock, Ids, Secret, Window};
use citepress::crawl::{CrawlConfig, Lookup, Poster};
use citepress::db::Db;
use citepress::events::{Events, Happened, Wake};
use citepress::flags::Flags;
use citepress::keys::Keys;
use citepress::limits::Counting;
use citepress::mail::Mailer;
use citepress::queue::{Handlers, Outcome, Queue, Worker, WorkerConfig};
use citepress::tenancy::{Actor, OrgScope, Quotas};
use citepress::webhooks::{
    self, DeliverWebhook, Delivery, Endpoint, EndpointId, EventType, NewEndpoint, SENDER, Webhooks,
};
use sea_orm::{ConnectionTrait, Statement};
use serde_json::json;

use crate::crawl::server::Server;
use crate::crawl::tls;
use crate::database::Fresh;
use crate::queue::rig::{brisk, open};

/// One process's rooms.
#[derive(Clone)]
pub struct Process {
    pub events: Events,
    pub accounts: Accounts,
    pub queue: Queue,
    pub webhooks: Arc<Webhooks>,
}

pub struct Rig {
    pub clock: Clock,
    pub db: Db,
    /// The process that tests use.
    pub here: Process,
    pub org: OrgScope,
    pub other: OrgScope,
    pub folder: tempfile::TempDir,
    ids: Ids,
    allow: Vec<String>,
    _fresh: Fresh,
}

impl Rig {
    /// That may send to these servers.
    pub async fn new(servers: &[&Server]) -> Rig {
        Rig::allowing(servers.iter().map(|server| server.address()).collect()).await
    }

    /// That may send to these addresses.
    pub async fn allowing(allow: Vec<String>) -> Rig {
        tls();
        let folder = tempfile::tempdir().unwrap();
        // The database's clock goes on by itself: both begin together.
        let clock = Clock::fixed(Clock::system().now());
        let ids = Ids::system(clock.clone());
        let fresh = Fresh::new().await;
        let db = open(folder.path(), &fresh.url).await.unwrap();
        db.migrate().await.unwrap();
        let here = process(&db, &clock, &ids, folder.path(), poster(&allow, None));
        let org = found(&here, "acme").await;
        let other = found(&here, "globex").await;
        Rig { clock, db, here, org, other, folder, ids, allow, _fresh: fresh }
    }

    /// Another process on the same database: they hear nothing of each other.
    pub fn another(&self) -> Process {
        process(&self.db, &self.clock, &self.ids, self.folder.path(), poster(&self.allow, None))
    }

    /// The same with another way to look names up.
    pub fn looking_up(&self, lookup: &Arc<dyn Lookup>) -> Process {
        process(&self.db, &self.clock, &self.ids, self.folder.path(), poster(&self.allow, Some(lookup)))
    }

    /// An endpoint at a server, told of editions that go live.
    pub async fn endpoint(&self, server: &Server) -> (EndpointId, Secret) {
        self.endpoint_of(&self.org, &server.url("/hook"), &[EventType::EditionLive]).await
    }

    pub async fn endpoint_of(&self, org: &OrgScope, url: &str, types: &[EventType]) -> (EndpointId, Secret) {
        let new = NewEndpoint { url: url.to_owned(), description: String::new(), types: types.to_vec() };
        let (endpoint, secret) = self.here.webhooks.create(org, new).await.unwrap();
        (endpoint.id, secret)
    }

    /// Another process, whose operator allows nothing.
    pub fn strict(&self) -> Process {
        process(&self.db, &self.clock, &self.ids, self.folder.path(), poster(&[], None))
    }

    /// Something happens to the n-th thing of an organisation.
    pub async fn happens(&self, org: &OrgScope, kind: &'static str, n: usize) {
        self.happens_in(&self.here, org, kind, n).await;
    }

    pub async fn happens_in(&self, process: &Process, org: &OrgScope, kind: &'static str, n: usize) {
        let mut tx = self.db.write_system().await.unwrap();
        let data = json!({ "site": "site_1", "number": n, "files": 3, "reason": "a text", "why": "a text" });
        let happened = Happened { kind, subject: format!("ed_{n}"), data };
        process.events.record(&mut tx, org.org(), Actor::System, happened);
        tx.commit().await.unwrap();
    }

    /// An edition goes live and is handed out.
    pub async fn goes_live(&self, n: usize) {
        self.happens(&self.org, "edition.live", n).await;
        self.hand_out().await;
    }

    pub async fn hand_out(&self) {
        self.here.webhooks.hand_out(&Wake::Anywhere).await.unwrap();
    }

    /// Makes all attempts that are due.
    pub async fn work(&self) {
        let worker = self.worker(8);
        worker.idle().await;
        worker.drain(Duration::from_secs(5)).await;
    }

    pub fn worker(&self, slots: u32) -> Worker {
        worker(&self.here, WorkerConfig { slots, ..brisk(slots) })
    }

    /// Time passes, for the rooms and for the database's jobs.
    pub async fn pass(&self, time: Duration) {
        self.clock.advance(time);
        let millis = time.as_millis();
        self.sql(&format!("UPDATE jobs SET run_at = run_at - {millis} WHERE state = 'queued'")).await;
    }

    pub async fn sql(&self, sql: &str) {
        let tx = self.db.write_system().await.unwrap();
        tx.conn().execute_unprepared(sql).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// What a statement counts.
    pub async fn count(&self, sql: &str) -> i64 {
        let query = Statement::from_string(self.db.backend(), sql);
        self.db.system().query_one_raw(query).await.unwrap().unwrap().try_get_by_index(0).unwrap()
    }

    pub async fn get(&self, id: EndpointId) -> Endpoint {
        self.here.webhooks.endpoint(&self.org, id).await.unwrap()
    }

    /// An endpoint's deliveries, newest first.
    pub async fn deliveries(&self, id: EndpointId) -> Vec<Delivery> {
        self.here.webhooks.deliveries(&self.org, id, &Window::newest(100)).await.unwrap().0
    }

    pub fn seconds(&self) -> i64 {
        self.clock.now().as_second()
    }
}

pub fn worker(process: &Process, config: WorkerConfig) -> Worker {
    let (deliver, letter) = (process.clone(), process.clone());
    let handlers = Handlers::new()
        .on::<DeliverWebhook, _, _>(move |job, _| attempt(deliver.clone(), job))
        .on::<SendLetter, _, _>(move |job: SendLetter, context| {
        let letter = letter.clone();
        async move {
            letter.accounts.deliver(&job, context.id()).await.unwrap();
            Outcome::Done
        }
    });
    Worker::start(process.queue.clone(), handlers, config)
}

async fn attempt(process: Process, job: DeliverWebhook) -> Outcome {
    let scope = process.accounts.as_system(job.org).await.unwrap().unwrap();
    process.webhooks.attempt(&scope, &job).await.unwrap();
    Outcome::Done
}

fn poster(allow: &[String], lookup: Option<&Arc<dyn Lookup>>) -> Poster {
    let allow = allow.iter().map(|entry| entry.parse().unwrap()).collect();
    let config = CrawlConfig { allow, ..CrawlConfig::default() };
    match lookup {
        Some(lookup) => Poster::with_lookup(&config, SENDER, lookup).unwrap(),
        None => Poster::new(&config, SENDER).unwrap(),
    }
}

fn process(db: &Db, clock: &Clock, ids: &Ids, folder: &std::path::Path, poster: Poster) -> Process {
    let (db, ids, clock) = (db.clone(), ids.clone(), clock.clone());
    let events = Events::new(db.clone(), ids.clone(), clock.clone());
    let queue = Queue::new(db.clone(), ids.clone());
    let keys = Keys::open(folder, &ids, clock.clone()).unwrap();
    let accounts = Accounts::new(accounts::Parts {
        db: db.clone(),
        ids: ids.clone(),
        clock: clock.clone(),
        events: events.clone(),
        queue: queue.clone(),
        flags: Flags::new(db.clone(), clock.clone(), events.clone()),
        keys: keys.clone(),
        mailer: Mailer::outbox(folder.join("outbox")),
        console_url: "http://localhost:8080".to_owned(),
        sign_up_open: false,
        quotas: Quotas { orgs: 9, sites: 9, members: 9, pages: 9, sources: 9 },
        oidc: None,
        counting: Counting::here(),
    });
    let (told, asked) = (events.clone(), queue.clone());
    let parts = webhooks::Parts { db, ids, clock, events, accounts: accounts.clone(), queue, keys, poster };
    Process { webhooks: Arc::new(Webhooks::new(parts)), events: told, accounts, queue: asked }
}

async fn found(process: &Process, name: &str) -> OrgScope {
    let new = NewOrg {
        slug: name.parse().unwrap(),
        name: name.to_owned(),
        owner_email: format!("owner@{name}.example"),
    };
    process.accounts.found(new).await.unwrap()
}
