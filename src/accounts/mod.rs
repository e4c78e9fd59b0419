//! People, organisations and who is a member of what. Makes [`OrgScope`]s, from credentials alone.

mod model;
mod rows;
mod store;

pub use model::{NewOrg, Org};

use serde_json::json;

use crate::base::{Clock, Ids, Slug};
use crate::db::{Db, DbError};
use crate::events::{Events, Happened};
use crate::tenancy::{Actor, OrgId, OrgScope, Role};

/// The room.
#[derive(Clone, Debug)]
pub struct Accounts {
    db: Db,
    ids: Ids,
    clock: Clock,
    events: Events,
}

/// Why an account could not be made or used.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    /// The name is taken.
    #[error("an organisation \"{0}\" exists already: choose another slug")]
    SlugTaken(Slug),
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl Accounts {
    /// The room, on its database.
    pub fn new(db: Db, ids: Ids, clock: Clock, events: Events) -> Accounts {
        Accounts { db, ids, clock, events }
    }

    /// Founds an organisation with its first owner. A person who is known by that address already becomes its owner.
    ///
    /// # Errors
    /// [`AccountError::SlugTaken`].
    pub async fn found(&self, new: NewOrg) -> Result<OrgScope, AccountError> {
        let org: OrgId = self.ids.new_id();
        let mut tx = self.db.write().await?;
        let (now, slug) = (self.clock.millis(), new.slug.clone());
        store::insert_org(&tx, org, &new, now).await.map_err(|error| match error {
            DbError::Conflict(_) => AccountError::SlugTaken(slug),
            other => AccountError::Db(other),
        })?;
        let person = store::person_by_email(&tx, &new.owner_email, self.ids.new_id(), now).await?;
        store::insert_member(&tx, self.ids.new_id(), org, person, Role::Owner, now).await?;
        let data = json!({ "slug": new.slug, "owner": person });
        let happened = Happened { kind: "org.founded", subject: org.to_string(), data };
        self.events.record(&mut tx, org, Actor::Operator, happened).await?;
        tx.commit().await?;
        Ok(OrgScope::grant(org, Role::Owner, Actor::Operator))
    }

    /// The operator's key to an organisation: whoever runs the command line on the machine holds the data anyway.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn as_operator(&self, slug: &Slug) -> Result<Option<OrgScope>, DbError> {
        let org = store::org_by_slug(&self.db, slug).await?;
        Ok(org.map(|org| OrgScope::grant(org.id, Role::Owner, Actor::Operator)))
    }

    /// The product's own key, for a job that was enqueued under the organisation's.
    ///
    /// # Errors
    /// When the database can't be read. `None` when the organisation is gone.
    pub async fn as_system(&self, org: OrgId) -> Result<Option<OrgScope>, DbError> {
        let found = store::org_by_id(&self.db, org).await?;
        Ok(found.map(|org| OrgScope::grant(org.id, Role::Admin, Actor::System)))
    }

    /// The organisation that a key opens.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn org(&self, scope: &OrgScope) -> Result<Option<Org>, DbError> {
        store::org_by_id(&self.db, scope.org()).await
    }
}
