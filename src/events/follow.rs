//! Events as they happen: a reader resumes from a number and misses none.

use std::time::Duration;

use futures_util::{Stream, StreamExt, stream};
use tokio::sync::broadcast;

use super::{Event, Events};
use crate::db::DbError;
use crate::tenancy::{OrgId, OrgScope};

/// How many are read at once.
const BATCH: u64 = 100;
/// How often a reader looks by itself: other processes write events too.
pub(super) const LOOK: Duration = Duration::from_secs(2);

/// Wakes readers of this process, and tells what it has itself written.
#[derive(Clone, Debug)]
pub(super) struct Signals {
    all: broadcast::Sender<OrgId>,
    own: broadcast::Sender<OrgId>,
}

impl Signals {
    pub fn new() -> Signals {
        Signals { all: broadcast::Sender::new(64), own: broadcast::Sender::new(64) }
    }

    /// That something has happened and is committed.
    pub fn tell(&self, org: OrgId) {
        // Nobody listening is no fault, here and below.
        let _ = self.own.send(org);
        self.hear(org);
    }

    /// The same, in another process.
    fn hear(&self, org: OrgId) {
        let _ = self.all.send(org);
    }

    /// From now on.
    pub fn listen(&self) -> broadcast::Receiver<OrgId> {
        self.all.subscribe()
    }
}

impl Events {
    /// The organisations in which this process writes something down from now on, for others to hear. A slow listener misses
    /// some: readers look by themselves as well.
    pub fn said(&self) -> broadcast::Receiver<OrgId> {
        self.signals.own.subscribe()
    }

    /// Another process says that something has happened in an organisation: readers look.
    pub fn hear(&self, org: OrgId) {
        self.signals.hear(org);
    }

    /// The number of the last event; 0 before the first.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn last(&self, scope: &OrgScope) -> Result<i64, DbError> {
        Ok(super::store::head(&self.db.of(scope), &scope.org().to_string()).await?.0)
    }

    /// Events after number `after` as they happen, without an end. While the database is away the reader waits.
    pub fn follow(&self, scope: OrgScope, after: i64) -> impl Stream<Item = Event> + Send + use<> {
        let (events, waker) = (self.clone(), self.signals.listen());
        let batches = stream::unfold((events, waker, after), move |(events, mut waker, after)| async move {
            loop {
                match events.list(&scope, after, BATCH).await {
                    Ok(found) if !found.is_empty() => {
                        let last = found.last().map_or(after, |event| event.seq);
                        return Some((stream::iter(found), (events, waker, last)));
                    }
                    Ok(_) => {}
                    Err(error) => tracing::warn!(target: "events", %error, "a reader waits"),
                }
                wait(&mut waker, scope.org()).await;
            }
        });
        batches.flatten()
    }
}

/// Until something has happened in the organisation, or it is time to look anyway.
async fn wait(waker: &mut broadcast::Receiver<OrgId>, org: OrgId) {
    let told = async {
        loop {
            match waker.recv().await {
                Ok(other) if other != org => {}
                // Too many to keep count of: one of them may be ours.
                Ok(_) | Err(broadcast::error::RecvError::Lagged(_)) => return,
                Err(broadcast::error::RecvError::Closed) => std::future::pending().await,
            }
        }
    };
    let _ = tokio::time::timeout(LOOK, told).await;
}
