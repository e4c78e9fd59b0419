//! Signing up and choosing a new password: both begin with an address and answer alike, whoever has an account.

use super::letters::Letter;
use super::links::LinkFor;
use super::set_up::NewOwner;
use super::{AccountError, Accounts, SignedIn, rules, store};
use crate::base::Secret;
use crate::flags::Flag;

impl Accounts {
    /// Sends a link to finish signing up or, to somebody who has an account, a word that they have one.
    ///
    /// # Errors
    /// [`AccountError::Closed`], [`AccountError::Email`]: neither tells whether there is an account.
    pub async fn request_sign_up(&self, email: &str) -> Result<(), AccountError> {
        if !self.sign_up_open {
            return Err(AccountError::Closed);
        }
        self.flags.check(Flag::SignUp, None).await?;
        let email = rules::email(email)?;
        let mut tx = self.db.write_system().await?;
        let known = store::people::by_email(tx.conn(), &email).await?;
        let has_account = store::people::has_account(tx.conn(), &email).await?;
        // A link either way, so that the work is the same; who is known is never told of theirs.
        let link = self.new_link(&tx, LinkFor::SignUp, None, Some(email.clone())).await?;
        let letter = match known.filter(|_| has_account) {
            Some(known) => Letter::HasAccount { person: known.person.id },
            None => Letter::SignUp { link: link.id },
        };
        self.post(&mut tx, letter).await?;
        Ok(tx.commit().await?)
    }

    /// The address that a sign-up link has proved.
    ///
    /// # Errors
    /// [`AccountError::Link`].
    pub async fn check_sign_up(&self, token: &str) -> Result<String, AccountError> {
        self.read_link(token, LinkFor::SignUp).await?.email.ok_or(AccountError::Link)
    }

    /// Makes the owner of a new organisation, and signs them in.
    ///
    /// # Errors
    /// [`AccountError::Link`] and faults of what was filled in; the link stays good then.
    pub async fn sign_up(&self, token: &str, new: NewOwner, agent: &str) -> Result<SignedIn, AccountError> {
        self.flags.check(Flag::SignUp, None).await?;
        let link = self.read_link(token, LinkFor::SignUp).await?;
        let email = link.email.clone().ok_or(AccountError::Link)?;
        self.begin(link, email, new, agent).await
    }

    /// Sends a link to choose a new password, where there is an account.
    ///
    /// # Errors
    /// [`AccountError::Email`]: it does not tell whether there is an account.
    pub async fn request_reset(&self, email: &str) -> Result<(), AccountError> {
        let email = rules::email(email)?;
        let mut tx = self.db.write_system().await?;
        let person = store::people::by_email(tx.conn(), &email).await?.map(|known| known.person.id);
        let link = self.new_link(&tx, LinkFor::Reset, person, None).await?;
        let letter = match person {
            Some(_) => Letter::Reset { link: link.id },
            None => Letter::None,
        };
        self.post(&mut tx, letter).await?;
        Ok(tx.commit().await?)
    }

    /// Sets a new password and ends all sessions. Other reset links are void.
    ///
    /// # Errors
    /// [`AccountError::Link`], [`AccountError::Password`].
    pub async fn reset(&self, token: &str, password: &Secret) -> Result<(), AccountError> {
        let link = self.read_link(token, LinkFor::Reset).await?;
        let person = link.person.ok_or(AccountError::Link)?;
        let hash = self.passwords.hash(password).await?;
        let tx = self.db.write_system().await?;
        self.take_link(&tx, &link).await?;
        store::links::void(&tx, LinkFor::Reset, Some(person.to_string()), self.clock.millis()).await?;
        store::people::set_password(&tx, person, &hash).await?;
        store::sessions::end_all(&tx, person).await?;
        Ok(tx.commit().await?)
    }
}
