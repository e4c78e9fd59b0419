//! Organisations, and the keys to them that need no credential: the operator's and the product's own.

use serde_json::json;

use super::{AccountError, Accounts, NewOrg, Org, rules, store};
use crate::base::Slug;
use crate::db::{DbError, WriteTx};
use crate::events::Happened;
use crate::flags::Flag;
use crate::tenancy::{Actor, OrgId, OrgScope, PersonId, Role};

impl Accounts {
    /// Founds an organisation with its first owner, for the operator. A person who is known by that address becomes its
    /// owner.
    ///
    /// # Errors
    /// [`AccountError::SlugTaken`].
    pub async fn found(&self, new: NewOrg) -> Result<OrgScope, AccountError> {
        let mut tx = self.db.write_system().await?;
        let (org, _) = self.found_in(&mut tx, &new, Some(Actor::Operator)).await?;
        tx.commit().await?;
        Ok(OrgScope::grant(org, Role::Owner, Actor::Operator))
    }

    /// Founds an organisation, for a person who has an account.
    ///
    /// # Errors
    /// [`AccountError::Closed`] where only the operator founds organisations; [`AccountError::SlugTaken`],
    /// [`AccountError::Name`], [`AccountError::Quota`].
    pub async fn found_as(&self, person: PersonId, slug: Slug, name: &str) -> Result<OrgScope, AccountError> {
        if !self.sign_up_open {
            return Err(AccountError::Closed);
        }
        self.flags.check(Flag::SignUp, None).await?;
        let known = store::people::by_id(self.db.system(), person).await?;
        let owner_email = known.ok_or(AccountError::NotFound("person"))?.person.email;
        let new = NewOrg { slug, name: rules::name(name)?, owner_email };
        let mut tx = self.db.write_system().await?;
        tx.alone(&format!("organisations of {person}")).await?;
        self.quotas.orgs(store::members::owned(&tx, person).await? + 1)?;
        let (org, _) = self.found_in(&mut tx, &new, None).await?;
        tx.commit().await?;
        Ok(OrgScope::grant(org, Role::Owner, Actor::Person(person)))
    }

    /// The organisation and its owner. Without an actor the owner has done it.
    pub(super) async fn found_in(
        &self,
        tx: &mut WriteTx,
        new: &NewOrg,
        actor: Option<Actor>,
    ) -> Result<(OrgId, PersonId), AccountError> {
        let (org, now): (OrgId, _) = (self.ids.new_id(), self.clock.millis());
        store::orgs::insert(tx, org, new, now).await.map_err(|error| match error {
            DbError::Conflict(_) => AccountError::SlugTaken(new.slug.clone()),
            other => AccountError::Db(other),
        })?;
        let person = store::people::with_email(tx, &new.owner_email, self.ids.new_id(), now).await?;
        store::members::insert(tx, self.ids.new_id(), org, person, Role::Owner, now).await?;
        let data = json!({ "slug": new.slug, "owner": person });
        let happened = Happened { kind: "org.founded", subject: org.to_string(), data };
        self.events.record(tx, org, actor.unwrap_or(Actor::Person(person)), happened);
        Ok((org, person))
    }

    /// Gives the organisation another name. Its slug stays: addresses lead on.
    ///
    /// # Errors
    /// [`AccountError::Name`], [`AccountError::Forbidden`] for members.
    pub async fn rename(&self, scope: &OrgScope, name: &str) -> Result<(), AccountError> {
        rules::may_admin(scope)?;
        let name = rules::name(name)?;
        let mut tx = self.db.write_system().await?;
        store::orgs::set_name(&tx, scope.org(), &name).await?;
        let data = json!({ "name": name });
        let happened = Happened { kind: "org.renamed", subject: scope.org().to_string(), data };
        self.events.record(&mut tx, scope.org(), scope.actor(), happened);
        Ok(tx.commit().await?)
    }

    /// The operator's key to an organisation: whoever runs the command line on the machine holds the data anyway.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn as_operator(&self, slug: &Slug) -> Result<Option<OrgScope>, DbError> {
        let org = store::orgs::by_slug(&self.db, slug).await?;
        Ok(org.map(|org| OrgScope::grant(org.id, Role::Owner, Actor::Operator)))
    }

    /// The product's own key, for a job that was enqueued under the organisation's.
    ///
    /// # Errors
    /// When the database can't be read. `None` when the organisation is gone.
    pub async fn as_system(&self, org: OrgId) -> Result<Option<OrgScope>, DbError> {
        let found = store::orgs::by_id(&self.db, org).await?;
        Ok(found.map(|org| OrgScope::grant(org.id, Role::Admin, Actor::System)))
    }

    /// The organisation that a key opens.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn org(&self, scope: &OrgScope) -> Result<Option<Org>, DbError> {
        store::orgs::by_id(&self.db, scope.org()).await
    }
}
