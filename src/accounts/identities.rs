//! The sign-in provider's name for somebody, linked to their account and taken off again by themselves.

use serde_json::json;

use super::provider::ProviderAnswer;
use super::{AccountError, Accounts, store};
use crate::base::Secret;
use crate::db::{DbError, WriteTx};
use crate::events::Happened;
use crate::tenancy::{Actor, PersonId};

/// A sign-in that is linked to an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkedIdentity {
    /// Its id.
    pub id: String,
    /// Who vouches: the provider's address.
    pub issuer: String,
    /// Since when, in milliseconds since the epoch.
    pub since: i64,
}

impl Accounts {
    /// The sign-ins that are linked to an account, oldest first.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn identities(&self, person: PersonId) -> Result<Vec<LinkedIdentity>, DbError> {
        store::identities::of(self.db.system(), person).await
    }

    /// Links whoever the provider has proved to be in this browser, which has kept `ticket`. Whether their address is the
    /// account's does not matter: who is signed in to both says that both are theirs.
    ///
    /// # Errors
    /// [`AccountError::Provider`]; [`AccountError::LinkedElsewhere`] when it is another account's.
    pub async fn link_provider(
        &self,
        person: PersonId,
        ticket: Option<Secret>,
        answer: ProviderAnswer<'_>,
    ) -> Result<(), AccountError> {
        let identity = self.proved(ticket, answer).await?;
        let mut tx = self.db.write_system().await?;
        match store::identities::person(tx.conn(), &identity).await? {
            Some(known) if known == person => return Ok(()),
            Some(_) => return Err(AccountError::LinkedElsewhere),
            None => {}
        }
        store::identities::insert(&tx, &identity, person, self.clock.millis()).await?;
        self.tell(&mut tx, person, "account.linked", &identity.issuer).await?;
        Ok(tx.commit().await?)
    }

    /// Takes a linked sign-in off. The last way in stays: who has no password keeps one.
    ///
    /// # Errors
    /// [`AccountError::NotFound`], [`AccountError::LastWayIn`].
    pub async fn unlink_provider(&self, person: PersonId, id: &str) -> Result<(), AccountError> {
        let mut tx = self.db.write_system().await?;
        let linked = store::identities::of(tx.conn(), person).await?;
        let identity = linked.iter().find(|one| one.id == id).ok_or(AccountError::NotFound("sign-in"))?;
        let known =
            store::people::by_id(tx.conn(), person).await?.ok_or(AccountError::NotFound("account"))?;
        if known.password.is_none() && linked.len() == 1 {
            return Err(AccountError::LastWayIn);
        }
        store::identities::remove(&tx, person, id).await?;
        self.tell(&mut tx, person, "account.unlinked", &identity.issuer).await?;
        Ok(tx.commit().await?)
    }

    /// Each organisation that somebody belongs to is told, in an order that is always the same: two that tell several
    /// never wait for each other.
    async fn tell(
        &self,
        tx: &mut WriteTx,
        person: PersonId,
        kind: &'static str,
        issuer: &str,
    ) -> Result<(), DbError> {
        let mut orgs: Vec<_> = store::members::orgs_of(&self.db, person).await?;
        orgs.sort_by_key(|(org, _)| org.id);
        for (org, _) in orgs {
            let data = json!({ "issuer": issuer });
            let happened = Happened { kind, subject: person.to_string(), data };
            self.events.record(tx, org.id, Actor::Person(person), happened);
        }
        Ok(())
    }
}
