//! Mail: to a server by SMTP or, where none is set, into the outbox folder.

mod outbox;

use std::path::PathBuf;

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

/// Why a mail could not be sent.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// The outbox folder can't be written to.
    #[error("the outbox {path} can't be written to ({error})")]
    Outbox {
        /// The folder.
        path: String,
        /// What went wrong.
        error: std::io::Error,
    },
}

/// Sends mails. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Mailer {
    outbox: PathBuf,
}

impl Mailer {
    /// Mails become files of this folder, one each, newest name last.
    pub fn outbox(folder: PathBuf) -> Mailer {
        Mailer { outbox: folder }
    }

    /// Sends a mail. `id` tells it from others and stays the same when it is tried again: a mail that was sent twice
    /// shows as one.
    ///
    /// # Errors
    /// When it could not be handed over.
    pub async fn send(&self, id: &str, mail: &Mail) -> Result<(), MailError> {
        outbox::keep(&self.outbox, id, mail).await
    }
}
