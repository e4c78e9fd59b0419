//! The outbox folder: where mails go on a laptop.

use std::path::Path;

use super::{Mail, MailError};

/// Writes the mail as a file named by its id: written again, it is the same file.
pub(super) async fn keep(folder: &Path, id: &str, mail: &Mail) -> Result<(), MailError> {
    let path = folder.join(format!("{id}.eml"));
    let text = format!("To: {}\nSubject: {}\n\n{}", mail.to, mail.subject, mail.text);
    let failed = |error| MailError::Outbox { path: folder.display().to_string(), error };
    tokio::fs::create_dir_all(folder).await.map_err(failed)?;
    tokio::fs::write(&path, text).await.map_err(failed)?;
    // What it says may hold a link that opens an account: that stays out of the log.
    tracing::info!(target: "mail", to = mail.to, subject = mail.subject, file = %path.display(), "a mail is in the outbox");
    Ok(())
}
