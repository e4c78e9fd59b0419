//! Readers that may miss nothing and read nothing twice: each has a place in every organisation that it follows, and
//! moves it in the transaction in which it does what the events ask of it.

use tokio::sync::broadcast;
use tokio::sync::broadcast::error::{RecvError, TryRecvError};
use tokio::time::Instant;

use super::follow::LOOK;
use super::{Event, Events, store};
use crate::db::{DbError, WriteTx};
use crate::tenancy::OrgId;

/// The most organisations that are told of at once.
const MANY: u64 = 500;

/// Where a reader stands in one organisation.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub active: bool,
    pub seq: i64,
}

impl Events {
    /// Has a reader follow an organisation from its next event on, if it does not already; keeps others from moving its
    /// place until `tx` ends. Returns the number of the last event.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn begin_reading(&self, tx: &mut WriteTx, reader: &str, org: OrgId) -> Result<i64, DbError> {
        let place = store::lock_reader(tx, reader, org).await?;
        let (last, _) = store::head(tx.conn(), &org.to_string()).await?;
        if !place.active {
            store::set_reader(tx, reader, org, Place { active: true, seq: last }).await?;
        }
        Ok(last)
    }

    /// Ends that: what happens from now on is nothing to the reader.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn stop_reading(&self, tx: &mut WriteTx, reader: &str, org: OrgId) -> Result<(), DbError> {
        let place = store::lock_reader(tx, reader, org).await?;
        store::set_reader(tx, reader, org, Place { active: false, ..place }).await
    }

    /// The organisations in which a reader has something to read; some hundreds at most.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn behind(&self, reader: &str, wake: &Wake) -> Result<Vec<OrgId>, DbError> {
        let among = match wake {
            Wake::In(orgs) => Some(orgs.as_slice()),
            Wake::Anywhere => None,
        };
        store::behind(self.db.system(), reader, among, MANY).await
    }

    /// What a reader has to read next in an organisation, oldest first; its place is behind that once `tx` is committed.
    /// Of several who ask at once each waits for the one before.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn read_on(
        &self,
        tx: &mut WriteTx,
        reader: &str,
        org: OrgId,
        limit: u64,
    ) -> Result<Vec<Event>, DbError> {
        let place = store::lock_reader(tx, reader, org).await?;
        if !place.active {
            return Ok(Vec::new());
        }
        let found = store::list(tx.conn(), &org.to_string(), place.seq, limit).await?;
        if let Some(last) = found.last() {
            store::set_reader(tx, reader, org, Place { seq: last.seq, ..place }).await?;
        }
        Ok(found)
    }

    /// What wakes a reader of all organisations.
    pub fn wakes(&self) -> Wakes {
        Wakes { told: self.signals.listen(), look_at: Instant::now() }
    }
}

/// Where something may have happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wake {
    /// In these organisations, by this process or one that it hears of.
    In(Vec<OrgId>),
    /// Nobody knows: it is time to look.
    Anywhere,
}

/// Wakes a reader when this process writes an event or hears of one, and every few seconds, because not all is heard.
pub struct Wakes {
    told: broadcast::Receiver<OrgId>,
    look_at: Instant,
}

impl Wakes {
    /// Waits for the next one. The first comes at once.
    pub async fn next(&mut self) -> Wake {
        let told = tokio::select! {
            biased;
            () = tokio::time::sleep_until(self.look_at) => None,
            told = told(&mut self.told) => told,
        };
        let Some(first) = told else { return self.look() };
        let mut orgs = vec![first];
        // What came meanwhile is done with it.
        loop {
            match self.told.try_recv() {
                Ok(org) if orgs.contains(&org) => {}
                Ok(org) => orgs.push(org),
                Err(TryRecvError::Lagged(_)) => return self.look(),
                Err(TryRecvError::Empty | TryRecvError::Closed) => return Wake::In(orgs),
            }
        }
    }

    fn look(&mut self) -> Wake {
        self.look_at = Instant::now() + LOOK;
        Wake::Anywhere
    }
}

/// An organisation, or `None` when there were too many to keep count of.
async fn told(receiver: &mut broadcast::Receiver<OrgId>) -> Option<OrgId> {
    match receiver.recv().await {
        Ok(org) => Some(org),
        Err(RecvError::Lagged(_)) => None,
        Err(RecvError::Closed) => std::future::pending().await,
    }
}
