//! People, organisations, who is a member of what, and how each proves who they are. Makes [`OrgScope`]s, from
//! credentials alone.
//!
//! Answers do not tell whether an address has an account: asking for somebody unknown does the same work, down to the
//! mail's job. Tokens are kept by their hash; links in mails are signed and good for one use.

mod api_keys;
mod depart;
mod error;
mod identities;
mod lasting;
mod letters;
mod links;
mod members;
mod model;
mod operator;
mod orgs;
mod password;
mod provider;
mod rows;
mod rules;
mod set_up;
mod sign_in;
mod sign_up;
mod store;
mod token;
mod totp;

pub use error::AccountError;
pub use identities::LinkedIdentity;
pub use letters::SendLetter;
pub use members::Invited;
pub use model::{
    ApiKey, Invitation, InvitationId, KeyScope, Member, NewOrg, NewPerson, Org, Person, Session, SessionId,
};
pub use operator::MadeOwner;
pub use provider::ProviderAnswer;
pub use set_up::NewOwner;
pub use sign_in::SignedIn;
pub use totp::NewTotp;

use std::num::NonZeroU32;
use std::sync::Arc;

use self::password::Passwords;
use crate::base::{Clock, Ids};
use crate::db::Db;
use crate::events::Events;
use crate::flags::Flags;
use crate::keys::Keys;
use crate::limits::{Cells, Counting};
use crate::mail::Mailer;
use crate::oidc::Oidc;
use crate::queue::Queue;
use crate::tenancy::Quotas;

/// The room.
#[derive(Clone)]
pub struct Accounts {
    db: Db,
    ids: Ids,
    clock: Clock,
    events: Events,
    queue: Queue,
    flags: Flags,
    keys: Keys,
    passwords: Passwords,
    mailer: Mailer,
    console_url: String,
    sign_up_open: bool,
    quotas: Quotas,
    oidc: Option<Oidc>,
    invited: Arc<Cells<String>>,
}

/// Invitations that one address gets in an hour.
const INVITED_PER_HOUR: NonZeroU32 = NonZeroU32::new(6).unwrap();

/// What the room is made of.
pub struct Parts {
    /// The database.
    pub db: Db,
    /// Ids and tokens.
    pub ids: Ids,
    /// Time.
    pub clock: Clock,
    /// The events room.
    pub events: Events,
    /// The queue, for mails.
    pub queue: Queue,
    /// What the operator has switched off.
    pub flags: Flags,
    /// Signs links and seals seeds.
    pub keys: Keys,
    /// Sends mails.
    pub mailer: Mailer,
    /// The console's address, without a slash at its end.
    pub console_url: String,
    /// Whether anybody may found an organisation.
    pub sign_up_open: bool,
    /// How many members an organisation may have.
    pub quotas: Quotas,
    /// A provider that vouches for people.
    pub oidc: Option<Oidc>,
    /// Where invitations of an address are counted.
    pub counting: Counting,
}

impl Accounts {
    /// The room.
    pub fn new(parts: Parts) -> Accounts {
        let Parts { db, ids, clock, events, queue, flags, keys, mailer, .. } = parts;
        let Parts { console_url, sign_up_open, quotas, oidc, counting, .. } = parts;
        let passwords = Passwords::new(ids.clone());
        Accounts {
            db,
            ids,
            clock,
            events,
            queue,
            flags,
            keys,
            passwords,
            mailer,
            console_url,
            sign_up_open,
            quotas,
            oidc,
            invited: Arc::new(Cells::per_hour("accounts.invited", INVITED_PER_HOUR, &counting)),
        }
    }

    /// Whether anybody may found an organisation.
    pub fn is_sign_up_open(&self) -> bool {
        self.sign_up_open
    }
}

#[cfg(test)]
mod tests;
