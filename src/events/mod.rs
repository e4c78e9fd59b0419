//! What happened, by whom: the one table that the audit log, the live stream and the webhooks read.
//!
//! An event is written in the transaction of the change that it tells of. Events of an organisation are numbered without
//! gaps and chained by hash, both under a lock on the chain's head, so that a reader can resume from a number and a
//! tampered line shows.

mod chain;
mod depart;
mod follow;
mod jobs;
mod readers;
mod rows;
mod store;

pub use chain::Broken;
pub use jobs::least_role;
pub use readers::{Wake, Wakes};

use serde::Serialize;
use serde_json::Value;

use crate::base::{Clock, Ids};
use crate::db::{Db, DbError, Last, WriteTx};
use crate::id_kind;
use crate::tenancy::{Actor, OrgId, OrgScope};

/// The chain of what concerns no organisation, or none any more.
const OPERATOR: &str = "operator";
/// That an organisation was deleted: what closes its chain.
const DELETED: &str = "org.deleted";

id_kind!(/// One line of what happened.
    EventId, EventKind, "evt");

/// Something that has just happened, to be written down.
#[derive(Debug)]
pub struct Happened {
    /// What: a dotted word such as `edition.live`.
    pub kind: &'static str,
    /// To what: the id of the thing.
    pub subject: String,
    /// What else is worth knowing. Nothing secret.
    pub data: Value,
}

/// A written event.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Event {
    /// Its id.
    pub id: EventId,
    /// Its number in its organisation, from 1, without gaps.
    pub seq: i64,
    /// When, in milliseconds since the epoch.
    pub at: i64,
    /// Who: a person's id, `operator` or `system`.
    pub actor: String,
    /// What.
    pub kind: String,
    /// To what.
    pub subject: String,
    /// What else.
    pub data: Value,
    /// The chain's hash up to and with this event.
    pub hash: String,
}

/// The room.
#[derive(Clone, Debug)]
pub struct Events {
    db: Db,
    ids: Ids,
    clock: Clock,
    signals: follow::Signals,
}

impl Events {
    /// The room, on its database.
    pub fn new(db: Db, ids: Ids, clock: Clock) -> Events {
        Events { db, ids, clock, signals: follow::Signals::new() }
    }

    /// Writes an event with the caller's transaction, as part of its commit: the chain's head is locked last of all.
    /// Where it can't be written, the commit fails.
    pub fn record(&self, tx: &mut WriteTx, org: OrgId, actor: Actor, happened: Happened) {
        let event = self.new_event(actor, happened);
        tx.at_the_end(Last::Events, move |tx| {
            Box::pin(async move { store::append(tx, &org.to_string(), event).await })
        });
        let signals = self.signals.clone();
        tx.after_commit(move || signals.tell(org));
    }

    fn new_event(&self, actor: Actor, happened: Happened) -> Event {
        Event {
            id: self.ids.new_id(),
            seq: 0,
            at: self.clock.millis(),
            actor: actor.to_string(),
            kind: happened.kind.to_owned(),
            subject: happened.subject,
            data: happened.data,
            hash: String::new(),
        }
    }

    /// The last event of a kind that tells of a thing: of what is not there any more, nothing else tells.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn last_of(
        &self,
        scope: &OrgScope,
        subject: &str,
        kind: &str,
    ) -> Result<Option<Event>, DbError> {
        store::last_of(&self.db.of(scope), &scope.org().to_string(), subject, kind).await
    }

    /// Events after number `after`, oldest first.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn list(&self, scope: &OrgScope, after: i64, limit: u64) -> Result<Vec<Event>, DbError> {
        store::list(&self.db.of(scope), &scope.org().to_string(), after, limit).await
    }

    /// The newest events below number `before`, newest first; from the end without it.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn latest(
        &self,
        scope: &OrgScope,
        before: Option<i64>,
        limit: u64,
    ) -> Result<Vec<Event>, DbError> {
        let chain = scope.org().to_string();
        if let Some(before) = before.filter(|before| *before > 1) {
            // What is older does not change. Numbers have no gaps: a replica that lacks some shows it.
            let older = store::latest(&self.db.analytics(scope).await, &chain, Some(before), limit).await?;
            if older.first().is_some_and(|newest| newest.seq == before - 1) {
                return Ok(older);
            }
        }
        store::latest(&self.db.of(scope), &chain, before, limit).await
    }

    /// Reads the whole chain again and says where it does not hold.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn verify(&self, scope: &OrgScope) -> Result<Result<i64, Broken>, DbError> {
        chain::verify(&self.db, &scope.org().to_string()).await
    }
}

#[cfg(test)]
mod tests;
