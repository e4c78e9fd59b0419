//! Mail: to a server by SMTP or, where none is set, into the outbox folder.

mod error;
mod outbox;
mod smtp;

pub use error::{BadMail, MailError};
pub use smtp::SmtpConfig;

use std::path::PathBuf;
use std::sync::Arc;

/// A mail to one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// The address.
    pub to: String,
    /// One line.
    pub subject: String,
    /// Plain text.
    pub text: String,
}

/// Sends mails. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Mailer(Way);

#[derive(Debug, Clone)]
enum Way {
    Outbox(PathBuf),
    Smtp(Arc<smtp::Smtp>),
}

impl Mailer {
    /// Mails become files of this folder, one each, newest name last.
    pub fn outbox(folder: PathBuf) -> Mailer {
        Mailer(Way::Outbox(folder))
    }

    /// Mails go to a server.
    ///
    /// # Errors
    /// When the settings can't be used: the message names the one and what would be right.
    pub fn smtp(config: SmtpConfig) -> Result<Mailer, BadMail> {
        Ok(Mailer(Way::Smtp(Arc::new(smtp::Smtp::new(config)?))))
    }

    /// Sends a mail. `id` tells it from others and stays the same when it is tried again: a mail that was sent twice
    /// shows as one.
    ///
    /// # Errors
    /// When it could not be handed over.
    pub async fn send(&self, id: &str, mail: &Mail) -> Result<(), MailError> {
        mail.check()?;
        match &self.0 {
            Way::Outbox(folder) => outbox::keep(folder, id, mail).await,
            Way::Smtp(smtp) => smtp.send(id, mail).await,
        }
    }

    /// Tries the way that mails go, without sending one; what there is, in a few words.
    ///
    /// # Errors
    /// When no mail could be handed over.
    pub async fn try_out(&self) -> Result<String, MailError> {
        match &self.0 {
            Way::Outbox(folder) => Ok(format!("mails are kept in {}, and sent to nobody", folder.display())),
            Way::Smtp(smtp) => smtp.try_out().await,
        }
    }
}

impl Mail {
    /// Address and subject are one line each: more would be headers of their own.
    fn check(&self) -> Result<(), MailError> {
        let plain = |text: &str| !text.chars().any(char::is_control);
        if plain(&self.to) && plain(&self.subject) { Ok(()) } else { Err(MailError::NotOneLine) }
    }
}
