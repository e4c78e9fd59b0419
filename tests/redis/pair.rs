//! Two processes of one installation: one database, one data folder, one Redis.

use std::num::NonZeroU32;
use std::time::{Duration, Instant};

use citepress::app::{App, Listening, Running};
use citepress::config::Settings;

use super::server::Server;
use crate::publishing::rig::{Rig, settings};

pub struct Pair {
    /// With a worker.
    pub one: Rig,
    pub other: Box<App>,
    pub other_port: u16,
    running: Option<Running>,
    pub server: Server,
}

impl Pair {
    pub async fn new(server: Server, calls_per_minute: u32) -> Pair {
        let change = |settings: &mut Settings| {
            server.used_by(settings);
            settings.api.requests_per_minute = NonZeroU32::new(calls_per_minute).unwrap();
        };
        let one = Rig::working(change).await;
        let mut settings = settings(one.folder.path());
        change(&mut settings);
        let listening = Listening::bind(&settings).await.unwrap();
        let other_port = listening.port();
        let other = Box::new(Box::pin(App::open(settings, other_port)).await.unwrap());
        let running = Some(other.run(listening, |routes| routes, false));
        Pair { one, other, other_port, running, server }
    }

    /// Waits until both processes share the server, or neither does.
    pub async fn share(&self, wanted: bool, within: Duration) {
        let began = Instant::now();
        loop {
            let both = [&self.one.app.cache, &self.other.cache].map(|cache| cache.standing().unwrap());
            if both.iter().all(|standing| standing.is_here == wanted) {
                return;
            }
            assert!(began.elapsed() < within, "still not {wanted} after {within:?}: {both:?}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// How often one of them has lost the server.
    pub fn losses(&self) -> u64 {
        [&self.one.app.cache, &self.other.cache].iter().map(|cache| cache.standing().unwrap().losses).sum()
    }

    pub async fn stop(mut self) {
        if let Some(running) = self.running.take() {
            running.stop().await;
        }
        self.other.db.clone().close().await;
        self.one.stop().await;
    }
}
