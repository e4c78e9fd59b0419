//! The first start: whoever can read the server's output becomes the first owner.

use super::links::LinkFor;
use super::{AccountError, Accounts, NewOrg, NewPerson, SignedIn, rules, store};
use crate::base::{Secret, Slug};

/// What the first owner of an organisation fills in.
#[derive(Debug, Clone)]
pub struct NewOwner {
    /// Their address. Ignored where a link has proved another.
    pub email: String,
    /// Name and password.
    pub person: NewPerson,
    /// The organisation's name.
    pub org_name: String,
    /// Its short name in addresses.
    pub org_slug: Slug,
}

impl Accounts {
    /// Whether nobody can sign in here yet.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn is_fresh(&self) -> Result<bool, AccountError> {
        Ok(!store::people::any_who_signs_in(self.db.system()).await?)
    }

    /// A new link to set this installation up; earlier ones are void. None when that is done.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn set_up_token(&self) -> Result<Option<Secret>, AccountError> {
        if !self.is_fresh().await? {
            return Ok(None);
        }
        let tx = self.db.write_system().await?;
        store::links::void(&tx, LinkFor::SetUp, None, self.clock.millis()).await?;
        let link = self.new_link(&tx, LinkFor::SetUp, None, None).await?;
        tx.commit().await?;
        Ok(Some(self.link_token(&link)))
    }

    /// Whether a set-up link is good, for the page that it opens.
    ///
    /// # Errors
    /// [`AccountError::Link`].
    pub async fn check_set_up(&self, token: &str) -> Result<(), AccountError> {
        self.read_link(token, LinkFor::SetUp).await.map(drop)
    }

    /// Makes the first owner and their organisation, and signs them in.
    ///
    /// # Errors
    /// [`AccountError::Link`], [`AccountError::SetUp`] when somebody was faster, and faults of what was filled in; the
    /// link stays good then.
    pub async fn set_up(&self, token: &str, new: NewOwner, agent: &str) -> Result<SignedIn, AccountError> {
        let link = self.read_link(token, LinkFor::SetUp).await?;
        let email = rules::email(&new.email)?;
        self.begin(link, email, new, agent).await
    }

    /// A new owner of a new organisation, with the link that allows it.
    pub(super) async fn begin(
        &self,
        link: super::links::Link,
        email: String,
        new: NewOwner,
        agent: &str,
    ) -> Result<SignedIn, AccountError> {
        let name = rules::name(&new.person.name)?;
        let org = NewOrg { slug: new.org_slug, name: rules::name(&new.org_name)?, owner_email: email };
        let hash = self.passwords.hash(&new.person.password).await?;
        let mut tx = self.db.write_system().await?;
        self.take_link(&tx, &link).await?;
        if link.kind == LinkFor::SetUp && store::people::any_who_signs_in(tx.conn()).await? {
            return Err(AccountError::SetUp);
        }
        // They have come by another link, or by a provider, since this one was sent.
        if link.kind == LinkFor::SignUp && store::people::has_account(tx.conn(), &org.owner_email).await? {
            return Err(AccountError::Link);
        }
        let person = self.found_in(&mut tx, &org, None).await?.1;
        store::people::set_name(&tx, person, &name).await?;
        store::people::set_password(&tx, person, &hash).await?;
        let signed_in = self.start_session(&tx, person, agent).await?;
        tx.commit().await?;
        Ok(signed_in)
    }
}
