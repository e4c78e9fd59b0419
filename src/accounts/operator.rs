//! What the operator does at the command line: an owner without the browser, and a way back in.

use super::links::LinkFor;
use super::{AccountError, Accounts, NewOrg, Org, rules, store, token};
use crate::base::{Secret, Slug};
use crate::tenancy::{Actor, OrgId, OrgScope, Role};

/// An organisation with an owner who can sign in.
pub struct MadeOwner {
    /// The key to the organisation.
    pub scope: OrgScope,
    /// Its short name in addresses.
    pub slug: Slug,
    /// The owner's new password; absent where they had one already.
    pub password: Option<Secret>,
}

impl Accounts {
    /// Founds an organisation whose owner can sign in at once. Somebody who has a password keeps it.
    ///
    /// # Errors
    /// [`AccountError::Email`], [`AccountError::Name`], [`AccountError::SlugTaken`].
    pub async fn create_owner(&self, email: &str, org_name: &str) -> Result<MadeOwner, AccountError> {
        let name = rules::name(org_name)?;
        let slug = Slug::from_title(&name, "org");
        let new = NewOrg { slug: slug.clone(), name, owner_email: rules::email(email)? };
        let password = token::new(&self.ids);
        let hash = self.passwords.hash(&password).await?;
        let mut tx = self.db.write_system().await?;
        let (org, person) = self.found_in(&mut tx, &new, Some(Actor::Operator)).await?;
        let known =
            store::people::by_id(tx.conn(), person).await?.is_some_and(|known| known.password.is_some());
        if !known {
            store::people::set_password(&tx, person, &hash).await?;
        }
        tx.commit().await?;
        let scope = OrgScope::grant(org, Role::Owner, Actor::Operator);
        Ok(MadeOwner { scope, slug, password: (!known).then_some(password) })
    }

    /// A link with which somebody who has no password yet chooses one; none for those who have.
    ///
    /// # Errors
    /// [`AccountError::NotFound`].
    pub async fn first_password_link(&self, email: &str) -> Result<Option<Secret>, AccountError> {
        let tx = self.db.write_system().await?;
        let known = store::people::by_email(tx.conn(), email).await?;
        let known = known.ok_or(AccountError::NotFound("person"))?;
        if known.password.is_some() {
            return Ok(None);
        }
        let link = self.new_link(&tx, LinkFor::Reset, Some(known.person.id), None).await?;
        tx.commit().await?;
        Ok(Some(self.link_token(&link)))
    }

    /// Every organisation, with the operator's key to it, oldest first.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn every_org(&self) -> Result<Vec<(Org, OrgScope)>, AccountError> {
        let orgs = store::orgs::all(&self.db).await?;
        let with_key = |org: Org| {
            let scope = OrgScope::grant(org.id, Role::Owner, Actor::Operator);
            (org, scope)
        };
        Ok(orgs.into_iter().map(with_key).collect())
    }

    /// The operator's key to an organisation; `None` when it is gone.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn operator_of(&self, org: OrgId) -> Result<Option<OrgScope>, AccountError> {
        let found = store::orgs::by_id(&self.db, org).await?;
        Ok(found.map(|org| OrgScope::grant(org.id, Role::Owner, Actor::Operator)))
    }

    /// The operator's key to the organisation with this short name; `None` where there is none.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn operator_at(&self, slug: &Slug) -> Result<Option<OrgScope>, AccountError> {
        let found = store::orgs::by_slug(&self.db, slug).await?;
        Ok(found.map(|org| OrgScope::grant(org.id, Role::Owner, Actor::Operator)))
    }

    /// The short name of an organisation, for the operator; `None` when it is gone.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn slug_of(&self, org: OrgId) -> Result<Option<String>, AccountError> {
        Ok(store::orgs::by_id(&self.db, org).await?.map(|org| org.slug))
    }

    /// How many organisations and people there are.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn census(&self) -> Result<(u64, u64), AccountError> {
        Ok((store::orgs::count(&self.db).await?, store::people::count(&self.db).await?))
    }

    /// Gives somebody a new password, ends all their sessions and links, and asks for no one-time code any more.
    ///
    /// # Errors
    /// [`AccountError::NotFound`].
    pub async fn reset_by_operator(&self, email: &str) -> Result<Secret, AccountError> {
        let password = token::new(&self.ids);
        let hash = self.passwords.hash(&password).await?;
        let tx = self.db.write_system().await?;
        let known = store::people::by_email(tx.conn(), email).await?;
        let person = known.ok_or(AccountError::NotFound("person"))?.person.id;
        store::people::set_password(&tx, person, &hash).await?;
        // A lost authenticator is a reason to ask the operator, and a stolen link another.
        store::people::set_totp(&tx, person, None).await?;
        store::links::void(&tx, LinkFor::Reset, Some(person.to_string()), self.clock.millis()).await?;
        store::sessions::end_all(&tx, person).await?;
        tx.commit().await?;
        Ok(password)
    }
}
