//! One-time codes (RFC 6238): asked for after the password, each good for one use.

use totp_rs::{Builder, Totp};

use super::store::people::Credentials;
use super::{AccountError, Accounts, Session, SignedIn, store};
use crate::base::Secret;
use crate::db::WriteTx;
use crate::tenancy::PersonId;

/// Which column a seed is sealed for.
const COLUMN: &str = "people.totp";
/// RFC 4226 recommends 160 bits.
const SEED: usize = 20;

/// What an authenticator needs, shown once.
#[derive(Debug)]
pub struct NewTotp {
    /// The address that authenticators read from a QR code.
    pub url: Secret,
    /// The seed, sealed: handed back with the first code.
    pub sealed: String,
}

impl Accounts {
    /// A seed for an authenticator. Nothing is asked for until a first code has shown that it works.
    ///
    /// # Errors
    /// [`AccountError::NotFound`] when the person is gone.
    pub async fn offer_totp(&self, session: &Session) -> Result<NewTotp, AccountError> {
        let known = store::people::by_id(self.db.system(), session.person).await?;
        let known = known.ok_or(AccountError::NotFound("person"))?;
        let seed = self.ids.bytes::<SEED>();
        let url = Secret::new(totp(&seed, &known.person.email)?.to_url().map_err(|_| AccountError::Busy)?);
        Ok(NewTotp { url, sealed: self.keys.seal(COLUMN, &session.person.to_string(), &seed)? })
    }

    /// Asks for codes of this seed from now on. Every session ends, and the one that asks goes on under another token; links
    /// to choose a password are void.
    ///
    /// # Errors
    /// [`AccountError::Code`] when the code is not the seed's.
    pub async fn enable_totp(
        &self,
        session: &Session,
        sealed: &str,
        code: &str,
    ) -> Result<SignedIn, AccountError> {
        let tx = self.db.write_system().await?;
        self.take_code(&tx, session.person, sealed, code).await?;
        store::people::set_totp(&tx, session.person, Some(sealed.to_owned())).await?;
        let signed_in = self.renew(&tx, session).await?;
        tx.commit().await?;
        Ok(signed_in)
    }

    /// Asks for codes no more.
    ///
    /// # Errors
    /// [`AccountError::SignIn`] when the password is wrong.
    pub async fn disable_totp(&self, session: &Session, password: &Secret) -> Result<(), AccountError> {
        let known = store::people::by_id(self.db.system(), session.person).await?;
        if !self.passwords.matches(password, known.and_then(|known| known.password)).await {
            return Err(AccountError::SignIn);
        }
        let tx = self.db.write_system().await?;
        store::people::set_totp(&tx, session.person, None).await?;
        Ok(tx.commit().await?)
    }

    /// Whether the code will do, where the person has an authenticator.
    pub(super) async fn check_code(
        &self,
        tx: &WriteTx,
        known: &Credentials,
        code: Option<&str>,
    ) -> Result<(), AccountError> {
        let Some(sealed) = &known.totp else { return Ok(()) };
        let Some(code) = code.filter(|code| !code.trim().is_empty()) else {
            return Err(AccountError::CodeNeeded(self.code_ticket(known)));
        };
        self.take_code(tx, known.person.id, sealed, code).await
    }

    async fn take_code(
        &self,
        tx: &WriteTx,
        person: PersonId,
        sealed: &str,
        code: &str,
    ) -> Result<(), AccountError> {
        let seed = self.keys.open_sealed(COLUMN, &person.to_string(), sealed)?;
        let now = self.clock.now().as_second().unsigned_abs();
        let code: String = code.chars().filter(|c| !c.is_whitespace()).collect();
        let step = totp(&seed, "")?.check(&code, now).ok_or(AccountError::Code)?;
        let step = i64::try_from(step).unwrap_or(i64::MAX);
        let fresh = store::people::take_totp_step(tx, person, step).await?;
        if fresh { Ok(()) } else { Err(AccountError::Code) }
    }
}

/// Six digits every thirty seconds, one step of tolerance: what every authenticator knows.
fn totp(seed: &[u8], account: &str) -> Result<Totp, AccountError> {
    let builder = Builder::new().with_secret(seed.to_vec()).with_account_name(account.replace(':', "_"));
    builder.with_issuer(Some("Citepress")).build().map_err(|_| AccountError::Busy)
}
