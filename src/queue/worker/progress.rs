//! Writes down how far jobs are, all of them in one transaction, and tells those who watch.

use std::sync::Arc;
use std::time::Duration;

use super::Shared;
use crate::queue::State;
use crate::queue::store::{self, Standing};

/// The least time between two writes.
const EVERY: Duration = Duration::from_millis(250);

pub(super) async fn run(shared: Arc<Shared>) {
    loop {
        shared.news.notified().await;
        // Later, not at once: what is over by then is told by its settling, and a short job costs no write more.
        tokio::time::sleep(EVERY).await;
        let moved: Vec<_> = shared.held_now().into_iter().filter(|held| held.take_changed()).collect();
        moved.iter().for_each(|held| shared.tick(held, State::Running));
        let standings: Vec<_> = moved
            .iter()
            .map(|held| Standing {
                job: &held.claimed,
                progress: held.progress(),
                cost_micros: held.cost_in_all(),
            })
            .collect();
        if !standings.is_empty()
            && let Err(error) = shared.ask(store::note(shared.queue.db(), &standings)).await
        {
            shared.note_trouble("writing progress", &error);
            moved.iter().for_each(|held| held.set_changed());
        }
    }
}
