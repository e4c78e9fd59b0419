//! Signing in and out, and what a session opens.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::links::LinkFor;
use super::model::SessionId;
use super::store::people::Credentials;
use super::{AccountError, Accounts, Org, Person, Session, store, token};
use crate::base::Secret;
use crate::db::WriteTx;
use crate::keys::Purpose;
use crate::tenancy::{Actor, OrgId, OrgScope, PersonId, Role};

/// A session ends this long after its last use.
const IDLE_MS: i64 = 14 * 24 * 60 * 60 * 1000;
/// The least time between two notes that it was used.
const NOTED_MS: i64 = 60 * 1000;
/// A browser's name for itself is kept up to here.
const AGENT_CHARS: usize = 200;

/// How long somebody may look for their authenticator.
const TICKET_VALID: Duration = Duration::from_secs(5 * 60);

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Ticket {
    person: PersonId,
    password: String,
}

/// Tells one password from the next, without telling the password's hash.
fn fingerprint(known: &Credentials) -> String {
    token::hash(known.password.as_deref().unwrap_or_default())
}

/// Somebody has just signed in.
#[derive(Debug)]
pub struct SignedIn {
    /// Who.
    pub person: PersonId,
    /// The session.
    pub session: SessionId,
    /// Its token, shown once: only its hash is kept.
    pub token: Secret,
}

impl Accounts {
    /// Checks address and password and, where the person has them, a one-time code. Always one hash, whoever asks.
    ///
    /// # Errors
    /// [`AccountError::SignIn`]; [`AccountError::CodeNeeded`] when everything else is right.
    pub async fn sign_in(
        &self,
        email: &str,
        password: &Secret,
        code: Option<&str>,
        agent: &str,
    ) -> Result<SignedIn, AccountError> {
        let known = store::people::by_email(self.db.system(), email).await?;
        let hash = known.as_ref().and_then(|known| known.password.clone());
        if !self.passwords.matches(password, hash.clone()).await {
            return Err(AccountError::SignIn);
        }
        let Some(known) = known else { return Err(AccountError::SignIn) };
        let tx = self.db.write_system().await?;
        // As it is now: the password may have been changed while it was compared.
        let now = store::people::by_id(tx.conn(), known.person.id).await?;
        let Some(now) = now.filter(|now| now.password == hash) else { return Err(AccountError::SignIn) };
        self.check_code(&tx, &now, code).await?;
        let signed_in = self.start_session(&tx, now.person.id, agent).await?;
        tx.commit().await?;
        Ok(signed_in)
    }

    /// What the right password is worth to somebody who also needs a code. Another password makes it void.
    pub(super) fn code_ticket(&self, known: &Credentials) -> Secret {
        let says = Ticket { person: known.person.id, password: fingerprint(known) };
        Secret::new(self.keys.sign(Purpose::SignIn, says, TICKET_VALID))
    }

    /// Whose ticket it is, for limits: codes are guessed by account, however many tickets there are.
    ///
    /// # Errors
    /// [`AccountError::Link`] when it is none, or over.
    pub fn ticket_of(&self, ticket: &Secret) -> Result<PersonId, AccountError> {
        Ok(self.keys.verify::<Ticket>(Purpose::SignIn, ticket.reveal())?.person)
    }

    /// Finishes signing in with a one-time code.
    ///
    /// # Errors
    /// [`AccountError::Link`] when the ticket is over, [`AccountError::Code`].
    pub async fn sign_in_with_code(
        &self,
        ticket: &Secret,
        code: &str,
        agent: &str,
    ) -> Result<SignedIn, AccountError> {
        let says: Ticket = self.keys.verify(Purpose::SignIn, ticket.reveal())?;
        let tx = self.db.write_system().await?;
        let known = store::people::by_id(tx.conn(), says.person).await?;
        let known = known.filter(|known| fingerprint(known) == says.password).ok_or(AccountError::Link)?;
        match self.check_code(&tx, &known, Some(code)).await {
            // An empty code is a wrong one here.
            Err(AccountError::CodeNeeded(_)) => return Err(AccountError::Code),
            checked => checked?,
        }
        let signed_in = self.start_session(&tx, known.person.id, agent).await?;
        tx.commit().await?;
        Ok(signed_in)
    }

    pub(super) async fn start_session(
        &self,
        tx: &WriteTx,
        person: PersonId,
        agent: &str,
    ) -> Result<SignedIn, AccountError> {
        let (now, token) = (self.clock.millis(), token::new(&self.ids));
        let session = Session {
            id: self.ids.new_id(),
            person,
            agent: agent.chars().filter(|c| !c.is_control()).take(AGENT_CHARS).collect(),
            created_at: now,
            seen_at: now,
            expires_at: now + IDLE_MS,
        };
        store::sessions::insert(tx, &session, &token::hash(token.reveal())).await?;
        store::sessions::purge(tx, now).await?;
        Ok(SignedIn { person, session: session.id, token })
    }

    /// The session of a token and its person. Its end is put off, at most once a minute.
    ///
    /// # Errors
    /// When the database can't be reached. `None` when there is no such session, or none any more.
    pub async fn session(&self, token: &str) -> Result<Option<(Session, Person)>, AccountError> {
        Ok(self.session_used(token).await?.map(|(session, person, _)| (session, person)))
    }

    /// The same, and whether its end was put off: then the browser's cookie has to last longer too.
    ///
    /// # Errors
    /// When the database can't be reached.
    pub async fn session_used(&self, token: &str) -> Result<Option<(Session, Person, bool)>, AccountError> {
        let now = self.clock.millis();
        let Some(session) = store::sessions::by_token(&self.db, &token::hash(token), now).await? else {
            return Ok(None);
        };
        let Some(known) = store::people::by_id(self.db.system(), session.person).await? else {
            return Ok(None);
        };
        let mut is_noted = false;
        if now - session.seen_at >= NOTED_MS {
            match self.note_session(session.id, now).await {
                Ok(()) => is_noted = true,
                // People go on reading while the disk is full.
                Err(error) => {
                    tracing::warn!(target: "accounts", %error, "that a session was used could not be noted");
                }
            }
        }
        Ok(Some((session, known.person, is_noted)))
    }

    async fn note_session(&self, id: SessionId, now: i64) -> Result<(), AccountError> {
        let tx = self.db.write_system().await?;
        // An update of what is there: a session that was ended meanwhile does not come back.
        store::sessions::seen(&tx, id, now, now + IDLE_MS).await?;
        Ok(tx.commit().await?)
    }

    /// What a signed-in person may do in an organisation; the one they have belonged to longest where none is named.
    ///
    /// # Errors
    /// When the database can't be read. `None` when it is not theirs, or there is none.
    pub async fn scope(
        &self,
        session: &Session,
        org: Option<OrgId>,
    ) -> Result<Option<OrgScope>, AccountError> {
        let found: Option<(OrgId, Role)> = match org {
            Some(org) => {
                let role = store::members::role_of(self.db.system(), org, session.person).await?;
                role.map(|role| (org, role))
            }
            None => store::members::first_org(&self.db, session.person).await?,
        };
        Ok(found.map(|(org, role)| OrgScope::grant(org, role, Actor::Person(session.person))))
    }

    /// What a person who has proved themselves may do in the organisation that they name by id or slug; in the one that
    /// they have belonged to longest where they name none.
    ///
    /// # Errors
    /// When the database can't be read. `None` when it is not theirs, or there is none.
    pub async fn scope_named(
        &self,
        person: &Person,
        named: Option<&str>,
    ) -> Result<Option<OrgScope>, AccountError> {
        let orgs = store::members::orgs_of(&self.db, person.id).await?;
        let fits = |org: &Org| named.is_none_or(|named| org.slug == named || org.id.to_string() == named);
        let found = orgs.into_iter().find(|(org, _)| fits(org));
        Ok(found.map(|(org, role)| OrgScope::grant(org.id, role, Actor::Person(person.id))))
    }

    /// A person's sessions, last used first.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn sessions(&self, person: PersonId) -> Result<Vec<Session>, AccountError> {
        Ok(store::sessions::list(&self.db, person, self.clock.millis()).await?)
    }

    /// Ends a session: at once, everywhere.
    ///
    /// # Errors
    /// [`AccountError::NotFound`] when it is none of this person's.
    pub async fn end_session(&self, person: PersonId, id: SessionId) -> Result<(), AccountError> {
        let tx = self.db.write_system().await?;
        if !store::sessions::end(&tx, person, id).await? {
            return Err(AccountError::NotFound("session"));
        }
        Ok(tx.commit().await?)
    }

    /// Sets a new password. Every session ends, also the one that asks, whose token somebody may have taken: it goes on
    /// under another. Links to choose a password are void.
    ///
    /// # Errors
    /// [`AccountError::SignIn`] when the present one is wrong; [`AccountError::Password`].
    pub async fn change_password(
        &self,
        session: &Session,
        present: &Secret,
        new: &Secret,
    ) -> Result<SignedIn, AccountError> {
        let known = store::people::by_id(self.db.system(), session.person).await?;
        let was = known.and_then(|known| known.password);
        if !self.passwords.matches(present, was.clone()).await {
            return Err(AccountError::SignIn);
        }
        let hash = self.passwords.hash(new).await?;
        let tx = self.db.write_system().await?;
        // As it is now: somebody may have changed it while it was compared.
        let now = store::people::by_id(tx.conn(), session.person).await?;
        now.filter(|now| now.password == was).ok_or(AccountError::SignIn)?;
        store::people::set_password(&tx, session.person, &hash).await?;
        let signed_in = self.renew(&tx, session).await?;
        tx.commit().await?;
        Ok(signed_in)
    }

    /// Ends all of a person's sessions and links, and goes on in a new session.
    pub(super) async fn renew(&self, tx: &WriteTx, session: &Session) -> Result<SignedIn, AccountError> {
        let (person, now) = (session.person, self.clock.millis());
        store::links::void(tx, LinkFor::Reset, Some(person.to_string()), now).await?;
        if !store::sessions::end(tx, person, session.id).await? {
            // It was ended meanwhile, by somebody who did not want it to go on.
            return Err(AccountError::NotFound("session"));
        }
        store::sessions::end_all(tx, person).await?;
        self.start_session(tx, person, &session.agent).await
    }
}
