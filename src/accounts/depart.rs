//! Deleting an organisation: what accounts cut off at once, and what they remove at the end.

use super::{AccountError, Accounts, store};
use crate::db::{DbError, WriteTx};
use crate::tenancy::{Actor, Departed, OrgId, OrgScope, Role};

impl Accounts {
    /// Cuts an organisation off, from the commit of `tx` on: no session, key, invitation or job leads to it any more, and
    /// its short name is free. Members who belong to no other organisation lose their accounts with it, sessions and links
    /// included; the others stay who they are. Invitations that they have from other organisations stay good.
    ///
    /// # Errors
    /// [`AccountError::Forbidden`] for whom is no owner, or none any more; [`AccountError::NameTyped`] when `typed` is not
    /// just the organisation's name; [`AccountError::NotFound`] when somebody was faster.
    pub async fn cut_off(
        &self,
        tx: &WriteTx,
        scope: &OrgScope,
        typed: &str,
    ) -> Result<Departed, AccountError> {
        // First of all the lock: who becomes a member or an owner meanwhile waits, and finds nothing.
        let name = store::depart::lock(tx, scope.org()).await?;
        let name = name.ok_or(AccountError::NotFound("organisation"))?;
        let role = match scope.actor() {
            Actor::Person(person) => store::members::role_of(tx.conn(), scope.org(), person).await?,
            _ => Some(scope.role()),
        };
        if role != Some(Role::Owner) || scope.role() != Role::Owner {
            return Err(AccountError::Forbidden("owners"));
        }
        if typed != name {
            return Err(AccountError::NameTyped(name));
        }
        store::depart::cut_off(tx, scope.org(), self.clock.millis()).await?;
        Ok(Departed::grant(scope.org()))
    }

    /// The key to what is left of an organisation that was deleted; `None` for one that lives or of which nothing is left.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn departed(&self, org: OrgId) -> Result<Option<Departed>, DbError> {
        let found = store::depart::departed(&self.db).await?;
        Ok(found.into_iter().find(|id| *id == org).map(Departed::grant))
    }

    /// The keys to all organisations of which something is left.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn every_departed(&self) -> Result<Vec<Departed>, DbError> {
        Ok(store::depart::departed(&self.db).await?.into_iter().map(Departed::grant).collect())
    }

    /// Removes the last trace of an organisation, when all other rooms have removed theirs.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn remove(&self, gone: &Departed) -> Result<(), DbError> {
        store::depart::remove(&self.db, gone.org()).await
    }

    /// The product's own keys to all organisations, for work that is done for each.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn every_as_system(&self) -> Result<Vec<OrgScope>, DbError> {
        let orgs = store::orgs::all(&self.db).await?;
        Ok(orgs.into_iter().map(|org| OrgScope::grant(org.id, Role::Admin, Actor::System)).collect())
    }
}
