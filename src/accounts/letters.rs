//! Mails that accounts send: each a job, committed with what makes it necessary.
//!
//! A job names a row and holds no secret: the link is made when the mail is written.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::model::{Invitation, InvitationId, LinkId};
use super::{AccountError, Accounts, store};
use crate::base::Secret;
use crate::db::WriteTx;
use crate::mail::Mail;
use crate::queue::{Backoff, Job, JobId, NewJob, Policy};
use crate::tenancy::{OrgId, PersonId, Role};

/// Send a mail.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SendLetter {
    pub(super) letter: Letter,
}

impl Job for SendLetter {
    const NAME: &'static str = "accounts.letter";

    fn policy() -> Policy {
        // Some five hours: a mail server that is away, or whose password was changed, comes back.
        let backoff = Backoff { base: Duration::from_secs(10), max: Duration::from_secs(60 * 60) };
        Policy { attempts: 15, backoff, timeout: Duration::from_secs(60), ..Policy::default() }
    }
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub(super) enum Letter {
    /// To nobody: asking for somebody who has no account does the same work.
    None,
    SignUp {
        link: LinkId,
    },
    HasAccount {
        person: PersonId,
    },
    Reset {
        link: LinkId,
    },
    Invitation {
        invitation: InvitationId,
    },
    Notice {
        org: OrgId,
        person: PersonId,
        subject: String,
        text: String,
    },
}

impl Accounts {
    pub(super) async fn post(&self, tx: &mut WriteTx, letter: Letter) -> Result<(), AccountError> {
        self.queue.enqueue(tx, NewJob::new(SendLetter { letter }).priority(10)).await?;
        Ok(())
    }

    /// Tells the owners of an organisation what they should know, a mail to each. `subject` is one line; neither holds a
    /// secret.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn tell_owners(
        &self,
        tx: &mut WriteTx,
        org: OrgId,
        subject: &str,
        text: &str,
    ) -> Result<(), AccountError> {
        for person in store::members::owners(tx, org).await? {
            let (subject, text) = (subject.to_owned(), text.to_owned());
            self.post(tx, Letter::Notice { org, person, subject, text }).await?;
        }
        Ok(())
    }

    /// Posts an invitation in its organisation's turn: its job goes when the organisation does.
    pub(super) async fn post_invitation(
        &self,
        tx: &mut WriteTx,
        invitation: &Invitation,
    ) -> Result<(), AccountError> {
        let letter = Letter::Invitation { invitation: invitation.id };
        let job = NewJob::new(SendLetter { letter }).org(invitation.org).priority(10);
        self.queue.enqueue(tx, job).await?;
        Ok(())
    }

    /// Sends the mail of a job; done again, the mail has the same id.
    ///
    /// # Errors
    /// When the database can't be read or the mail can't be handed over.
    pub async fn deliver(&self, job: &SendLetter, id: JobId) -> Result<(), AccountError> {
        if let Some(mail) = self.write(job).await? {
            self.mailer.send(&id.to_string(), &mail).await?;
        }
        Ok(())
    }

    /// `None` when there is nobody to write to, or nothing to say any more.
    async fn write(&self, job: &SendLetter) -> Result<Option<Mail>, AccountError> {
        let now = self.clock.millis();
        match &job.letter {
            Letter::None => Ok(None),
            Letter::SignUp { link } => {
                let link = store::links::open(self.db.system(), *link, now).await?;
                let mail = |link: super::links::Link| {
                    let to = link.email.clone()?;
                    Some(self.sign_up_mail(to, &self.link_token(&link)))
                };
                Ok(link.and_then(mail))
            }
            Letter::HasAccount { person } => {
                let known = store::people::by_id(self.db.system(), *person).await?;
                Ok(known.map(|known| self.has_account_mail(known.person.email)))
            }
            Letter::Reset { link } => {
                let Some(link) = store::links::open(self.db.system(), *link, now).await? else {
                    return Ok(None);
                };
                let Some(person) = link.person else { return Ok(None) };
                let known = store::people::by_id(self.db.system(), person).await?;
                Ok(known.map(|known| self.reset_mail(known.person.email, &self.link_token(&link))))
            }
            Letter::Invitation { invitation } => self.invitation_mail(*invitation).await,
            Letter::Notice { org, person, subject, text } => {
                // Who is an owner no more since it was queued has nothing to do with it.
                if store::members::role_of(self.db.system(), *org, *person).await? != Some(Role::Owner) {
                    return Ok(None);
                }
                let known = store::people::by_id(self.db.system(), *person).await?;
                let mail = |to| Mail { to, subject: subject.clone(), text: text.clone() };
                Ok(known.map(|known| mail(known.person.email)))
            }
        }
    }

    fn sign_up_mail(&self, to: String, token: &Secret) -> Mail {
        let url = self.link_url("sign-up", token);
        let text = format!(
            "Somebody, hopefully you, wants to use Citepress with this address.\n\nFinish signing up (within 24 hours):\n\
             {url}\n\nIf that was not you, do nothing: no account is made.\n"
        );
        Mail { to, subject: "Finish signing up to Citepress".to_owned(), text }
    }

    fn has_account_mail(&self, to: String) -> Mail {
        let (sign_in, reset) = (self.page_url("sign-in"), self.page_url("reset"));
        let text = format!(
            "Somebody, hopefully you, wants to sign up to Citepress with this address. You have an account already.\n\n\
             Sign in: {sign_in}\nForgotten the password: {reset}\n\nIf that was not you, there is nothing to do.\n"
        );
        Mail { to, subject: "You have a Citepress account already".to_owned(), text }
    }

    fn reset_mail(&self, to: String, token: &Secret) -> Mail {
        let url = self.link_url("reset", token);
        let text = format!(
            "Somebody, hopefully you, has asked for a new password.\n\nChoose one (within an hour):\n{url}\n\n\
             If that was not you, do nothing: the password stays as it is.\n"
        );
        Mail { to, subject: "Choose a new Citepress password".to_owned(), text }
    }

    async fn invitation_mail(&self, id: InvitationId) -> Result<Option<Mail>, AccountError> {
        let found = store::invitations::get(self.db.system(), id, self.clock.millis()).await?;
        let Some(invitation) = found else { return Ok(None) };
        let Some(org) = store::orgs::by_id(&self.db, invitation.org).await? else { return Ok(None) };
        let url = self.link_url("invitation", &self.invitation_token(&invitation));
        let role = invitation.role.as_str();
        let text = format!(
            "You are invited to {} on Citepress, as {role}.\n\nAccept (within seven days):\n{url}\n\n\
             If you do not know who that is, do nothing.\n",
            org.name
        );
        // A name is one line by its rule: it can't begin another header.
        let subject = format!("Invitation to {} on Citepress", org.name);
        Ok(Some(Mail { to: invitation.email, subject, text }))
    }

    fn page_url(&self, page: &str) -> String {
        format!("{}/console/{page}", self.console_url)
    }

    fn link_url(&self, page: &str, token: &Secret) -> String {
        format!("{}?token={}", self.page_url(page), token.reveal())
    }
}
