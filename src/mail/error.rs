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
    /// Address or subject have a line end or another control character in them.
    #[error("a mail's address and subject are one line each")]
    NotOneLine,
    /// The address is none that mail can be sent to.
    #[error("mail can't be sent to {to} ({why})")]
    Unfit {
        /// The address.
        to: String,
        /// What is wrong with it.
        why: String,
    },
    /// The server does not take this mail, now or later.
    #[error("the mail server {server} refuses the mail: {why}")]
    Refused {
        /// The server.
        server: String,
        /// What it said.
        why: String,
    },
    /// The server can't be used.
    #[error("the mail server {server} can't be used ({why}): check mail.smtp")]
    Server {
        /// The server.
        server: String,
        /// What went wrong.
        why: String,
    },
}

impl MailError {
    /// Whether trying again later can help.
    pub fn is_passing(&self) -> bool {
        matches!(self, MailError::Outbox { .. } | MailError::Server { .. })
    }
}

/// Settings by which no mail could be sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("setting {setting}: {why}")]
pub struct BadMail {
    pub(super) setting: &'static str,
    pub(super) why: String,
}
