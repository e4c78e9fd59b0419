use std::time::Duration;

use super::password::{LONGEST, SHORTEST};
use crate::base::{Secret, Slug};
use crate::db::DbError;
use crate::flags::SwitchedOff;
use crate::keys::{BadSeal, BadToken};
use crate::mail::MailError;
use crate::oidc::OidcError;
use crate::queue::QueueError;
use crate::tenancy::Exceeded;

/// Why an account could not be made or used.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    /// The name is taken.
    #[error("an organisation \"{0}\" exists already: choose another slug")]
    SlugTaken(Slug),
    /// The address is none.
    #[error("\"{0}\" is no e-mail address: it should read name@host")]
    Email(String),
    /// The name is empty or too long.
    #[error("a name has 1 to 100 characters")]
    Name,
    /// The password is too short or too long.
    #[error("a password has {SHORTEST} to {LONGEST} characters: a few words are easy to remember")]
    Password,
    /// Address, password or code are wrong. Which of them is nobody's business.
    #[error("e-mail address, password or code is wrong")]
    SignIn,
    /// The password is right, and a one-time code is asked for as well: with this ticket, within minutes.
    #[error("a code from your authenticator is needed")]
    CodeNeeded(Secret),
    /// The code is wrong or was used before.
    #[error("the code is wrong or was used before: wait for the next one")]
    Code,
    /// A link that was used, is over, or was never given out.
    #[error("this link is not valid any more: ask for a new one")]
    Link,
    /// Nobody has set this installation up yet, or somebody has already.
    #[error("this installation is set up already: sign in, or ask an owner for an invitation")]
    SetUp,
    /// The sign-in provider has proved nothing.
    #[error(transparent)]
    Provider(OidcError),
    /// The provider knows somebody whom nobody here knows.
    #[error(
        "there is no account here with an address that the sign-in provider has verified: ask an owner for an invitation"
    )]
    NotLinked,
    /// Two accounts can't have the same sign-in.
    #[error("that sign-in is linked to another account: sign in with it and take it off there first")]
    LinkedElsewhere,
    /// Nobody could sign in any more.
    #[error(
        "that is your only way in: set a password first, by the link for those who have forgotten theirs"
    )]
    LastWayIn,
    /// Nobody may sign up here.
    #[error("sign-up is closed here: ask an owner for an invitation")]
    Closed,
    /// The operator has switched it off.
    #[error(transparent)]
    SwitchedOff(#[from] SwitchedOff),
    /// It is not there, or not the asker's.
    #[error("there is no such {0}")]
    NotFound(&'static str),
    /// The role is too low.
    #[error("only {0} may do that: ask one of them")]
    Forbidden(&'static str),
    /// An organisation keeps an owner.
    #[error("an organisation keeps at least one owner: make somebody else an owner first")]
    LastOwner,
    /// What was typed is not the organisation's name.
    #[error("to delete the organisation, type its name just as it is written: {0}")]
    NameTyped(String),
    /// Already a member.
    #[error("{0} is a member already")]
    Member(String),
    /// There may not be more members.
    #[error(transparent)]
    Quota(#[from] Exceeded),
    /// A mailbox gets so many invitations in an hour, and no more.
    #[error("that address was invited several times in the last hour: wait {} minutes before you invite it again", .0.as_secs() / 60 + 1)]
    TooOften(Duration),
    /// A key that would be over before it begins.
    #[error("a key has to end in the future: give a later time, or none")]
    Expired,
    /// The machine could not do the work.
    #[error("that could not be worked out now: try again")]
    Busy,
    /// What was sealed does not open.
    #[error(transparent)]
    Seal(#[from] BadSeal),
    /// A mail could not be handed over.
    #[error(transparent)]
    Mail(#[from] MailError),
    /// The queue refused.
    #[error(transparent)]
    Queue(#[from] QueueError),
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl AccountError {
    /// Whether trying again later can help.
    pub fn is_passing(&self) -> bool {
        match self {
            AccountError::Busy | AccountError::Provider(OidcError::Away(_)) => true,
            AccountError::Mail(error) => error.is_passing(),
            AccountError::Db(error) | AccountError::Queue(QueueError::Db(error)) => error.is_passing(),
            _ => false,
        }
    }
}

impl From<BadToken> for AccountError {
    fn from(_: BadToken) -> AccountError {
        AccountError::Link
    }
}
