//! Between the rooms of this process and those of others: what a room has to say is passed on, and what others say is handed
//! to the room that it concerns. It only hastens: each room looks into the database by itself as well.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{Notify, broadcast, watch};
use tokio::task::JoinSet;

use crate::cache::{Cache, Heard};
use crate::events::Events;
use crate::publishing::Publishing;
use crate::queue::{Queue, Said};
use crate::tenancy::OrgId;

/// What one process tells another. A word that is not known yet, while versions are mixed, is left out.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Word {
    /// Of jobs.
    Job(Said),
    /// Something has happened in an organisation.
    Event(OrgId),
    /// What is live has changed.
    Flip,
}

/// Without a server there is nobody to talk to, and nothing is started.
pub(super) fn between(cache: &Cache, queue: &Queue, events: &Events, publishing: &Publishing) -> JoinSet<()> {
    let mut tasks = JoinSet::new();
    let Some(heard) = cache.subscribe() else { return tasks };
    tasks.spawn(pass_on(cache.clone(), queue.said(), Word::Job));
    tasks.spawn(pass_on(cache.clone(), events.said(), Word::Event));
    tasks.spawn(pass_on_flips(cache.clone(), publishing.flips().said()));
    // Many flips at once are one look.
    let flipped = Arc::new(Notify::new());
    tasks.spawn(look_for_flips(publishing.clone(), Arc::clone(&flipped)));
    tasks.spawn(hear(heard, queue.clone(), events.clone(), flipped));
    tasks
}

async fn pass_on<T: Clone>(cache: Cache, mut said: broadcast::Receiver<T>, word: impl Fn(T) -> Word) {
    loop {
        match said.recv().await {
            Ok(what) => tell(&cache, &word(what)).await,
            // What was missed, others find when they look.
            Err(RecvError::Lagged(_)) => {}
            Err(RecvError::Closed) => return,
        }
    }
}

async fn pass_on_flips(cache: Cache, mut flips: watch::Receiver<i64>) {
    while flips.changed().await.is_ok() {
        tell(&cache, &Word::Flip).await;
    }
}

async fn tell(cache: &Cache, word: &Word) {
    // Plain data: it always has a text.
    if let Ok(text) = serde_json::to_vec(word) {
        cache.publish(&text).await;
    }
}

async fn hear(mut heard: broadcast::Receiver<Heard>, queue: Queue, events: Events, flipped: Arc<Notify>) {
    loop {
        match heard.recv().await {
            Ok(Heard::Said(text)) => match serde_json::from_slice(&text) {
                Ok(Word::Job(said)) => queue.hear(said),
                Ok(Word::Event(org)) => events.hear(org),
                Ok(Word::Flip) => flipped.notify_one(),
                Err(_) => {}
            },
            // Something may have been said that was not heard.
            Ok(Heard::Begun) | Err(RecvError::Lagged(_)) => {
                queue.hear(Said::Queued);
                queue.hear(Said::CalledOff);
                flipped.notify_one();
            }
            Err(RecvError::Closed) => return,
        }
    }
}

/// The count in the database is the truth, whatever was said.
async fn look_for_flips(publishing: Publishing, flipped: Arc<Notify>) {
    loop {
        flipped.notified().await;
        if let Err(error) = publishing.refresh_flips().await {
            tracing::debug!(target: "app", %error, "what is live can't be looked up now");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{Clock, Ids};
    use crate::queue::{Progress, State, Tick};

    #[test]
    fn words_come_back_as_they_were_said_and_others_are_none() {
        let ids = Ids::system(Clock::system());
        let progress = Progress { done: 1, of: 2, stage: "pages".into() };
        let tick = Tick { id: ids.new_id(), org: Some(ids.new_id()), state: State::Running, progress };
        let words = [Said::Queued, Said::CalledOff, Said::Moved(tick)].map(Word::Job);
        for word in words.into_iter().chain([Word::Event(ids.new_id()), Word::Flip]) {
            let text = serde_json::to_vec(&word).unwrap();
            assert_eq!(serde_json::from_slice::<Word>(&text).unwrap(), word);
        }
        for text in ["", "null", "{}", "{\"event\":\"org_\"}", "{\"job\":\"painted\"}", "\"flop\""] {
            assert!(serde_json::from_str::<Word>(text).is_err(), "{text}");
        }
    }
}
