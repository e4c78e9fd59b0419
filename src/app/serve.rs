//! Running: a listener, the front, a worker, and an orderly end.

use std::net::SocketAddr;
use std::time::Duration;

use poem::Route;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::App;
use super::connections::Connections;
use super::front::Front;
use super::metrics::{Metrics, MetricsPort};
use crate::base::Clock;
use crate::config::Settings;
use crate::host::Host;
use crate::limits::Counting;
use crate::{api, console, publishing, worker};

/// How often a process looks whether another one has published; by Redis it hears of it at once.
const LOOK: Duration = Duration::from_millis(500);

/// A socket that is listening, before there is anything to answer with.
pub struct Listening {
    listener: TcpListener,
    address: SocketAddr,
    metrics: Option<MetricsPort>,
}

impl Listening {
    /// Takes the address of the settings.
    ///
    /// # Errors
    /// When it is taken or may not be used: the message names it and a way out.
    pub async fn bind(settings: &Settings) -> Result<Listening, String> {
        let wanted = SocketAddr::new(settings.server.bind, settings.server.port);
        let listener = TcpListener::bind(wanted).await.map_err(|error| {
            let cure = "choose another with --port N (0 takes a free one), or end what is using it";
            format!("port {} of {} can't be listened on ({error}): {cure}", wanted.port(), wanted.ip())
        })?;
        let address = listener.local_addr().map_err(|error| error.to_string())?;
        let metrics = MetricsPort::bind(settings).await?;
        Ok(Listening { listener, address, metrics })
    }

    /// Where figures are shown, if on a port of their own.
    pub fn metrics(&self) -> Option<SocketAddr> {
        self.metrics.as_ref().map(MetricsPort::address)
    }

    /// The port that was taken.
    pub fn port(&self) -> u16 {
        self.address.port()
    }
}

/// A running process.
pub struct Running {
    stop: watch::Sender<bool>,
    server: JoinHandle<()>,
    follower: JoinHandle<()>,
    trees: JoinHandle<()>,
    worker: Option<worker::Work>,
    /// Shows figures to the end, on a port of their own.
    _metrics: Option<Shown>,
    drain: Duration,
}

/// Shows figures until it is dropped.
pub struct Shown(JoinHandle<()>);

impl Drop for Shown {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl App {
    /// Serves the console's host (with routes of the command's own) and all published sites, and works off jobs if
    /// `with_worker`.
    ///
    /// # Panics
    /// Outside a tokio runtime.
    pub fn run(&self, listening: Listening, own: impl FnOnce(Route) -> Route, with_worker: bool) -> Running {
        let settings = &self.settings;
        let (publishing, address) = (self.publishing.clone(), self.address.clone());
        let sites = Host::new(publishing, address, settings.host.cache_bytes(), Clock::system());
        let public_url = settings.server.public_url(listening.port());
        let (stop, stopped) = watch::channel(false);
        let api = api::routes(self.db.clone(), self.api(public_url.clone(), stopped.clone()));
        let own = console::routes(own(api), self.console(public_url.clone(), stopped.clone()));
        let proxies = &settings.server.trusted_proxies;
        let metrics = Metrics::new(self, Some(sites.clone()));
        // Who asks for a port of their own wants them on no other.
        let in_public = listening.metrics.is_none().then(|| metrics.clone());
        let shown = listening.metrics.map(|port| Shown(tokio::spawn(port.serve(metrics))));
        let front = Front::new(&public_url, own, sites, proxies, in_public);
        let drain = settings.server.drain();
        let connections = Connections::new(front, settings.server.connections, proxies, stopped);
        let server = tokio::spawn(connections.serve(listening.listener, drain));
        let worker = with_worker.then(|| self.work());
        let near = settings.sites_dir().join(publishing::NEAR);
        if let Err(error) = self.storage.keep_near(&near, &settings.data.join("near")) {
            tracing::warn!(target: "app", %error, "no copies of the bucket's files are kept");
        }
        let (follower, trees) = (follow(self.clone()), self.publishing.clone().keep_trees());
        let (follower, trees) = (tokio::spawn(follower), tokio::spawn(trees));
        Running { stop, server, follower, trees, worker, _metrics: shown, drain }
    }

    /// Shows the figures of a process that serves nothing.
    pub fn show_figures(&self, port: MetricsPort) -> Shown {
        Shown(tokio::spawn(port.serve(Metrics::new(self, None))))
    }

    /// What the API stands on.
    fn api(&self, public_url: String, stop: watch::Receiver<bool>) -> api::Rooms {
        api::Rooms {
            accounts: self.accounts.clone(),
            sites: self.sites.clone(),
            domains: self.domains.clone(),
            pages: self.pages.clone(),
            publishing: self.publishing.clone(),
            departures: self.departures.clone(),
            queue: self.queue.clone(),
            events: self.events.clone(),
            webhooks: self.webhooks.clone(),
            ids: self.ids.clone(),
            address: self.address.clone(),
            idempotency: self.idempotency.clone(),
            public_url,
            cors_origins: self.settings.api.cors_origins.clone(),
            stop,
            limits: {
                let settings = &self.settings.api;
                let counting = Counting::with(self.cache.clone());
                api::Limits::new(settings.requests_per_minute, settings.wrong_keys_per_minute, &counting)
            },
        }
    }

    /// What the console stands on.
    fn console(&self, public_url: String, stop: watch::Receiver<bool>) -> console::Rooms {
        console::Rooms {
            accounts: self.accounts.clone(),
            sites: self.sites.clone(),
            domains: self.domains.clone(),
            pages: self.pages.clone(),
            publishing: self.publishing.clone(),
            themes: self.publishing.themes().clone(),
            queue: self.queue.clone(),
            events: self.events.clone(),
            flags: self.flags.clone(),
            departures: self.departures.clone(),
            webhooks: self.webhooks.clone(),
            ids: self.ids.clone(),
            clock: Clock::system(),
            address: self.address.clone(),
            public_url,
            sites_domain: self.settings.server.sites_domain.to_string(),
            operators: self.settings.accounts.operators.clone(),
            openapi: api::openapi(),
            limits: console::Limits::new(
                self.settings.api.requests_per_minute,
                self.settings.accounts.attempts_per_minute,
                &Counting::with(self.cache.clone()),
            ),
            stop,
        }
    }

    /// Works off jobs.
    pub fn work(&self) -> worker::Work {
        let jobs = &self.settings.jobs;
        worker::start(self.queue.clone(), self.rooms(), jobs.slots, jobs.keep())
    }
}

impl Running {
    /// Ends in order: no new requests or jobs, those under way finish within the setting's time.
    pub async fn stop(self) {
        let _ = self.stop.send(true);
        let worker = async {
            if let Some(worker) = self.worker {
                worker.drain(self.drain).await;
            }
        };
        let (server, ()) = tokio::join!(self.server, worker);
        self.follower.abort();
        self.trees.abort();
        if let Err(error) = server {
            tracing::error!(target: "app", %error, "the server ended with an error");
        }
    }
}

/// Notices what other processes have made live.
async fn follow(app: App) {
    let mut away = false;
    loop {
        tokio::time::sleep(LOOK).await;
        match app.publishing.refresh_flips().await {
            Ok(()) => away = false,
            Err(error) if !away => {
                away = true;
                tracing::warn!(target: "app", %error, "what is live can't be looked up: serving what is known");
            }
            Err(_) => {}
        }
    }
}
