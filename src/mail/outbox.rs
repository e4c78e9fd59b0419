//! The outbox folder: where mails go on a laptop.

use std::path::Path;

use tokio::io::AsyncWriteExt;

use super::{Mail, MailError};

/// Writes the mail as a file named by its id: written again, it is the same file.
pub(super) async fn keep(folder: &Path, id: &str, mail: &Mail) -> Result<(), MailError> {
    let path = folder.join(format!("{id}.eml"));
    let text = format!("To: {}\nSubject: {}\n\n{}", mail.to, mail.subject, mail.text);
    let failed = |error| MailError::Outbox { path: folder.display().to_string(), error };
    tokio::fs::create_dir_all(folder).await.map_err(failed)?;
    // A link in it may open an account.
    let mut options = tokio::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true).mode(0o600);
    let mut file = options.open(&path).await.map_err(failed)?;
    file.write_all(text.as_bytes()).await.map_err(failed)?;
    file.flush().await.map_err(failed)?;
    // For the same reason its text stays out of the log.
    tracing::info!(target: "mail", to = mail.to, subject = mail.subject, file = %path.display(), "a mail is in the outbox");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[tokio::test]
    async fn a_mail_is_a_file_that_its_owner_alone_can_read_and_sent_again_it_is_the_same_one() {
        let folder = tempfile::tempdir().unwrap();
        let outbox = folder.path().join("outbox");
        let mail = |text: &str| Mail { to: "a@b.c".into(), subject: "Hello".into(), text: text.into() };
        keep(&outbox, "job_1", &mail("a longer first text")).await.unwrap();
        keep(&outbox, "job_1", &mail("again")).await.unwrap();
        let file = outbox.join("job_1.eml");
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "To: a@b.c\nSubject: Hello\n\nagain");
        assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(std::fs::read_dir(&outbox).unwrap().count(), 1);
    }
}
