//! Signing in by a provider that the operator trusts, and programs that come with its tokens.

use std::time::Duration;

use super::{AccountError, Accounts, Person, SignedIn, rules, store};
use crate::base::Secret;
use crate::db::WriteTx;
use crate::oidc::{Identity, Oidc, OidcError, Ticket};
use crate::tenancy::PersonId;

/// Where the provider sends people back to, below the console's address.
const CALLBACK: &str = "/console/sign-in/callback";

/// What a provider has sent a browser back with.
#[derive(Debug)]
pub struct ProviderAnswer<'a> {
    /// As it was sent there.
    pub state: &'a str,
    /// What the provider exchanges for a proof.
    pub code: &'a str,
    /// Who it says it is (RFC 9207).
    pub issuer: Option<&'a str>,
}

impl Accounts {
    /// The words on the button, where people may sign in by a provider.
    pub fn provider_label(&self) -> Option<&str> {
        self.oidc.as_ref()?.label()
    }

    /// Begins: what the browser keeps meanwhile, and where it goes.
    ///
    /// # Errors
    /// [`AccountError::NotFound`] where there is no provider, [`AccountError::Provider`] while it does not answer.
    pub async fn begin_with_provider(&self) -> Result<(Secret, String), AccountError> {
        let ticket = Ticket::new(&self.ids);
        let url = self.people_provider()?.begin(&ticket, &self.callback()).await?;
        Ok((ticket.value().clone(), url.into()))
    }

    /// Finishes, in the browser that has kept `ticket`.
    ///
    /// # Errors
    /// [`AccountError::Provider`], [`AccountError::NotLinked`]; [`AccountError::CodeNeeded`] for whoever has an
    /// authenticator here: it is asked for as after a password.
    pub async fn sign_in_with_provider(
        &self,
        ticket: Option<Secret>,
        answer: ProviderAnswer<'_>,
        agent: &str,
    ) -> Result<SignedIn, AccountError> {
        let identity = self.proved(ticket, answer).await?;
        let person = self.person_of(&identity).await?;
        let tx = self.db.write_system().await?;
        let known = store::people::by_id(tx.conn(), person).await?.ok_or(AccountError::NotLinked)?;
        self.check_code(&tx, &known, None).await?;
        let signed_in = self.start_session(&tx, person, agent).await?;
        tx.commit().await?;
        Ok(signed_in)
    }

    /// Whom the provider vouches for, in the browser that has kept `ticket`.
    pub(super) async fn proved(
        &self,
        ticket: Option<Secret>,
        answer: ProviderAnswer<'_>,
    ) -> Result<Identity, AccountError> {
        let (oidc, callback) = (self.people_provider()?, self.callback());
        let ProviderAnswer { state, code, issuer } = answer;
        let ticket = ticket.ok_or(OidcError::State)?;
        Ok(oidc.finish(&Ticket::kept(ticket), state, code, issuer, &callback).await?)
    }

    /// Whether programs may come with a provider's tokens.
    pub fn takes_tokens(&self) -> bool {
        self.oidc.as_ref().is_some_and(Oidc::takes_tokens)
    }

    /// Whose a program's token is, and how long it is good.
    ///
    /// # Errors
    /// [`AccountError::Provider`], [`AccountError::NotLinked`].
    pub async fn person_of_token(&self, token: &str) -> Result<(Person, Duration), AccountError> {
        let identity =
            self.oidc.as_ref().ok_or(AccountError::NotFound("sign-in provider"))?.identity(token).await?;
        let person = self.person_of(&identity).await?;
        let known = store::people::by_id(self.db.system(), person).await?.ok_or(AccountError::NotLinked)?;
        let left = identity.expires.saturating_sub(self.clock.now().as_second());
        Ok((known.person, Duration::from_secs(u64::try_from(left).unwrap_or(0))))
    }

    /// Who somebody is here: whoever they were the first time, then the one with the address that the provider has seen
    /// to. Nobody new, unless anybody may sign up.
    async fn person_of(&self, identity: &Identity) -> Result<PersonId, AccountError> {
        if let Some(known) = store::identities::person(self.db.system(), identity).await? {
            return Ok(known);
        }
        let email = identity.email.as_deref().ok_or(AccountError::NotLinked)?;
        let email = rules::email(email).map_err(|_| AccountError::NotLinked)?;
        if !self.sign_up_open && store::people::by_email(self.db.system(), &email).await?.is_none() {
            return Err(AccountError::NotLinked);
        }
        let tx = self.db.write_system().await?;
        let person = self.link(&tx, identity, &email).await?;
        tx.commit().await?;
        Ok(person)
    }

    /// As things are now: another request may have done the same meanwhile.
    async fn link(&self, tx: &WriteTx, identity: &Identity, email: &str) -> Result<PersonId, AccountError> {
        if let Some(known) = store::identities::person(tx.conn(), identity).await? {
            return Ok(known);
        }
        let now = self.clock.millis();
        let person = match store::people::by_email(tx.conn(), email).await? {
            Some(known) => known.person.id,
            None if self.sign_up_open => store::people::with_email(tx, email, self.ids.new_id(), now).await?,
            None => return Err(AccountError::NotLinked),
        };
        store::identities::insert(tx, identity, person, now).await?;
        tracing::info!(target: "accounts", %person, issuer = identity.issuer, "linked to the sign-in provider");
        Ok(person)
    }

    fn people_provider(&self) -> Result<&Oidc, AccountError> {
        self.oidc
            .as_ref()
            .filter(|oidc| oidc.label().is_some())
            .ok_or(AccountError::NotFound("sign-in provider"))
    }

    fn callback(&self) -> String {
        format!("{}{CALLBACK}", self.console_url)
    }
}

impl From<OidcError> for AccountError {
    fn from(error: OidcError) -> AccountError {
        if let OidcError::Away(cause) = &error {
            tracing::warn!(target: "accounts", cause, "the sign-in provider is away");
        }
        AccountError::Provider(error)
    }
}
