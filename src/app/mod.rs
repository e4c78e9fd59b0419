//! The composition root: makes the rooms from the settings, joins the faces, and runs them.

mod bridge;
mod connections;
mod doctor;
mod error;
mod folder;
mod front;
mod handed;
mod llm;
mod mail;
mod metrics;
mod patient;
mod places;
mod restore;
mod serve;

pub use crate::api::openapi;
pub use doctor::{Finding, examine};
pub use error::OpenError;
pub use llm::{BadEngine, engine};
pub use metrics::MetricsPort;
pub use restore::{RestoreError, restore};
pub use serve::{Listening, Running, Shown};

use std::sync::Arc;

use tokio::task::JoinSet;

use self::folder::{make_folder, plan, storage};
use crate::accounts::{self, Accounts};
use crate::backups::{self, BackupError, Backups};
use crate::base::{Address, Clock, Ids};
use crate::cache::Cache;
use crate::cdn::Cdn;
use crate::config::Settings;
use crate::crawl::{Fetcher, Poster};
use crate::db::Db;
use crate::departures::{self, Departures};
use crate::dns::NameServers;
use crate::events::Events;
use crate::flags::Flags;
use crate::idempotency::Idempotency;
use crate::keys::{Keys, Purpose};
use crate::limits::Counting;
use crate::oidc::Oidc;
use crate::pages::{self, Pages};
use crate::publishing::{self, Publishing, Retention};
use crate::queue::Queue;
use crate::sites::{self, Domains, Sites};
use crate::storage::Storage;
use crate::themes::Themes;
use crate::webhooks::{self, Webhooks};
use crate::worker::Rooms;

/// One process's rooms.
#[derive(Clone)]
pub struct App {
    /// The settings.
    pub settings: Arc<Settings>,
    /// The database.
    pub db: Db,
    /// The queue.
    pub queue: Queue,
    /// Blobs.
    pub storage: Storage,
    /// What is shared with other processes for a while.
    pub cache: Cache,
    /// Ids.
    pub ids: Ids,
    /// Answers to requests that are repeated.
    pub idempotency: Idempotency,
    /// Organisations and people.
    pub accounts: Accounts,
    /// What happened.
    pub events: Events,
    /// What the operator has switched off.
    pub flags: Flags,
    /// Sites.
    pub sites: Sites,
    /// Domains of their owners' own.
    pub domains: Domains,
    /// Sources and pages.
    pub pages: Pages,
    /// Editions.
    pub publishing: Publishing,
    /// Webhooks.
    pub webhooks: Arc<Webhooks>,
    /// Exports and deletions of organisations.
    pub departures: Departures,
    /// Backups.
    pub backups: Backups,
    /// The cache in front of the sites, where there is one.
    pub cdn: Option<Cdn>,
    /// How readers reach the sites.
    pub address: Address,
    /// Ends with the last clone.
    _bridge: Arc<JoinSet<()>>,
}

impl App {
    /// Makes the rooms; the schema is brought up to date. `port` is the one that is really listened on.
    ///
    /// # Errors
    /// When a part can't be used; the message says which and what to do. [`OpenError::Unfinished`] before anything is touched.
    pub async fn open(settings: Settings, port: u16) -> Result<App, OpenError> {
        make_folder(&settings.data)?;
        if storage(&settings)?.is_restoring().await? {
            return Err(OpenError::Unfinished);
        }
        App::open_unfinished(settings, port).await
    }

    /// As [`App::open`], for who is restoring this place himself.
    async fn open_unfinished(settings: Settings, port: u16) -> Result<App, OpenError> {
        let clock = Clock::system();
        let ids = Ids::system(clock.clone());
        let config = settings.database.pools(&settings.data);
        let db = Db::open(&config).await?;
        db.migrate().await?;
        let storage = storage(&settings)?;
        let keys = match Keys::find(&settings.data, &ids, clock.clone())? {
            // Backups would tell of a key by which nothing is sealed.
            None if plan(&settings).is_some() && backups::is_used(&db).await? => {
                return Err(BackupError::KeyGone(settings.data.display().to_string()).into());
            }
            Some(keys) => keys,
            None => Keys::open(&settings.data, &ids, clock.clone())?,
        };
        let cache = match settings.redis.cache(keys.key_for(Purpose::Cache)) {
            Some(config) => Cache::open(&config, &ids).await?,
            None => Cache::alone(),
        };
        let queue = Queue::new(db.clone(), ids.clone());
        let events = Events::new(db.clone(), ids.clone(), clock.clone());
        let flags = Flags::new(db.clone(), clock.clone(), events.clone());
        let accounts = Accounts::new(accounts::Parts {
            db: db.clone(),
            ids: ids.clone(),
            clock: clock.clone(),
            events: events.clone(),
            queue: queue.clone(),
            flags: flags.clone(),
            keys: keys.clone(),
            mailer: mail::mailer(&settings, &clock)?,
            console_url: settings.server.public_url(port),
            sign_up_open: settings.accounts.sign_up,
            quotas: settings.quota,
            oidc: settings
                .oidc
                .provider()
                .map(|config| Oidc::new(config, clock.clone(), cache.clone()))
                .transpose()?,
            counting: Counting::with(cache.clone()),
        });
        let idempotency = Idempotency::new(db.clone(), keys.clone());
        let domain = settings.server.sites_domain.clone();
        let sites = Sites::new(sites::Parts {
            db: db.clone(),
            ids: ids.clone(),
            clock: clock.clone(),
            events: events.clone(),
            storage: storage.clone(),
            domain,
            quotas: settings.quota,
        });
        let own = [settings.server.sites_domain.clone()].into_iter().chain(settings.server.public_host(port));
        let names = Arc::new(NameServers::new(&settings.dns.looking_up()));
        let cdn = Cdn::new(&settings.cdn.purging(), queue.clone())?;
        let domains = Domains::new(sites.clone(), queue.clone(), keys.clone(), names, own.collect());
        let domains = domains.behind(cdn.clone());
        let pages = Pages::new(pages::Parts {
            db: db.clone(),
            ids: ids.clone(),
            clock: clock.clone(),
            events: events.clone(),
            sites: sites.clone(),
            queue: queue.clone(),
            flags: flags.clone(),
            fetcher: Arc::new(Fetcher::new(settings.crawl.fetching(), clock.clone())?),
            crawl_limits: (settings.crawl.max_pages, settings.crawl.max_depth),
            llm: llm::engine(&settings.llm, &clock, &ids)?,
            patience: settings.llm.timeout(),
            quotas: settings.quota,
        });
        let webhooks = Arc::new(Webhooks::new(webhooks::Parts {
            db: db.clone(),
            ids: ids.clone(),
            clock: clock.clone(),
            events: events.clone(),
            accounts: accounts.clone(),
            queue: queue.clone(),
            keys: keys.clone(),
            poster: Poster::new(&settings.crawl.fetching(), webhooks::SENDER)?,
        }));
        let address = settings.server.sites_address(port);
        let publishing = Publishing::new(publishing::Parts {
            db: db.clone(),
            ids: ids.clone(),
            clock: clock.clone(),
            events: events.clone(),
            sites: sites.clone(),
            pages: pages.clone(),
            themes: Themes::new(),
            queue: queue.clone(),
            flags: flags.clone(),
            storage: storage.clone(),
            keys: keys.clone(),
            address: address.clone(),
            sites_dir: settings.sites_dir(),
            manifest_bytes: settings.host.manifest_bytes(),
            retention: Retention {
                newest: settings.editions.keep_newest,
                younger_than: settings.editions.keep(),
            },
            cdn: cdn.clone(),
        });
        let departures = Departures::new(departures::Parts {
            db: db.clone(),
            ids: ids.clone(),
            clock: clock.clone(),
            queue: queue.clone(),
            storage: storage.clone(),
            idempotency: idempotency.clone(),
            events: events.clone(),
            accounts: accounts.clone(),
            sites: sites.clone(),
            domains: domains.clone(),
            pages: pages.clone(),
            publishing: publishing.clone(),
            cdn: cdn.clone(),
        });
        let backups = Backups::new(backups::Parts {
            db: db.clone(),
            ids: ids.clone(),
            clock,
            storage: storage.clone(),
            keys,
            queue: queue.clone(),
            sites: sites.clone(),
            publishing: publishing.clone(),
            plan: plan(&settings),
        });
        let settings = Arc::new(settings);
        let bridge = bridge::between(&cache, &queue, &events, &publishing);
        Ok(App {
            idempotency,
            settings,
            db,
            queue,
            storage,
            cache,
            ids,
            accounts,
            events,
            flags,
            sites,
            domains,
            pages,
            publishing,
            webhooks,
            departures,
            backups,
            cdn,
            address,
            _bridge: Arc::new(bridge),
        })
    }

    /// The rooms whose jobs the worker does.
    pub fn rooms(&self) -> Rooms {
        Rooms {
            idempotency: self.idempotency.clone(),
            accounts: self.accounts.clone(),
            sites: self.sites.clone(),
            domains: self.domains.clone(),
            pages: self.pages.clone(),
            publishing: self.publishing.clone(),
            webhooks: self.webhooks.clone(),
            departures: self.departures.clone(),
            backups: self.backups.clone(),
            cdn: self.cdn.clone(),
            flags: self.flags.clone(),
        }
    }
}
