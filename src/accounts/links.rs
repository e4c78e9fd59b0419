//! Links that a mail carries: signed, good for one use and a short time.
//!
//! The row holds no secret: the token is made from its id with the installation's key, so the job that sends the mail can
//! make it again and a dump of the database opens nothing.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::model::LinkId;
use super::{AccountError, Accounts, store};
use crate::base::Secret;
use crate::db::WriteTx;
use crate::keys::Purpose;
use crate::tenancy::PersonId;

/// What a link is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LinkFor {
    /// To become the first owner of this installation.
    SetUp,
    /// To finish signing up.
    SignUp,
    /// To choose a new password.
    Reset,
}

impl LinkFor {
    pub fn as_str(self) -> &'static str {
        match self {
            LinkFor::SetUp => "set_up",
            LinkFor::SignUp => "sign_up",
            LinkFor::Reset => "reset",
        }
    }

    pub fn parse(word: &str) -> Option<LinkFor> {
        [LinkFor::SetUp, LinkFor::SignUp, LinkFor::Reset].into_iter().find(|kind| kind.as_str() == word)
    }

    pub fn valid(self) -> Duration {
        match self {
            LinkFor::Reset => Duration::from_secs(60 * 60),
            LinkFor::SetUp | LinkFor::SignUp => Duration::from_secs(24 * 60 * 60),
        }
    }
}

/// A link that was given out.
#[derive(Debug, Clone)]
pub(super) struct Link {
    pub id: LinkId,
    pub kind: LinkFor,
    pub person: Option<PersonId>,
    pub email: Option<String>,
    /// Milliseconds since the epoch.
    pub expires_at: i64,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Says {
    link: LinkId,
}

impl Accounts {
    pub(super) async fn new_link(
        &self,
        tx: &WriteTx,
        kind: LinkFor,
        person: Option<PersonId>,
        email: Option<String>,
    ) -> Result<Link, AccountError> {
        let now = self.clock.millis();
        let valid = i64::try_from(kind.valid().as_millis()).unwrap_or(i64::MAX);
        let link = Link { id: self.ids.new_id(), kind, person, email, expires_at: now.saturating_add(valid) };
        store::links::purge(tx, now).await?;
        store::links::insert(tx, &link, now).await?;
        Ok(link)
    }

    /// The token of a link: the same whenever it is made.
    pub(super) fn link_token(&self, link: &Link) -> Secret {
        let left = link.expires_at.saturating_sub(self.clock.millis()).unsigned_abs();
        Secret::new(self.keys.sign(Purpose::Link, Says { link: link.id }, Duration::from_millis(left)))
    }

    /// The open link behind a token.
    pub(super) async fn read_link(&self, token: &str, kind: LinkFor) -> Result<Link, AccountError> {
        let says: Says = self.keys.verify(Purpose::Link, token)?;
        let link = store::links::open(self.db.system(), says.link, self.clock.millis()).await?;
        link.filter(|link| link.kind == kind).ok_or(AccountError::Link)
    }

    /// Uses the link up, in the transaction of what it is used for.
    pub(super) async fn take_link(&self, tx: &WriteTx, link: &Link) -> Result<(), AccountError> {
        let taken = store::links::take(tx, link.id, self.clock.millis()).await?;
        if taken { Ok(()) } else { Err(AccountError::Link) }
    }
}
