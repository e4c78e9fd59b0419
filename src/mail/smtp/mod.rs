//! Mail to a server.

mod address;

use std::fmt;
use std::time::{Duration, SystemTime};

use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message, SinglePart};
use lettre::transport::smtp::AsyncSmtpTransport;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::extension::ClientId;
use lettre::{AsyncTransport, Tokio1Executor};

use self::address::Server;
use super::{BadMail, Mail, MailError};
use crate::base::{Clock, Secret};

/// How to reach the server.
#[derive(Debug, Clone)]
pub struct SmtpConfig {
    /// `smtps://USER:PASSWORD@HOST:PORT`, or `smtp://…` for STARTTLS; `?tls=opportunistic` and `?tls=none` ask for less.
    pub url: Secret,
    /// The sender: `Citepress <mail@example.com>`, or the address alone.
    pub from: String,
    /// How long one mail may take, from the connection to its end.
    pub within: Duration,
    /// Dates mails.
    pub clock: Clock,
}

/// A server that takes mails.
pub(super) struct Smtp {
    /// For people: without the password.
    name: String,
    from: Mailbox,
    transport: AsyncSmtpTransport<Tokio1Executor>,
    within: Duration,
    clock: Clock,
}

/// What a server says of a mailbox or a message that it will not take later either. Other refusals, a wrong password
/// among them, are for the operator to mend, and mails wait for that.
const FOR_GOOD: [u16; 6] = [550, 551, 552, 553, 554, 556];

impl Smtp {
    pub(super) fn new(config: SmtpConfig) -> Result<Smtp, BadMail> {
        let SmtpConfig { url, from, within, clock } = config;
        let from: Mailbox = from.trim().parse().map_err(|_| BadMail {
            setting: "mail.from",
            why: format!("\"{from}\" is no sender: write Citepress <mail@example.com>, or the address alone"),
        })?;
        let server = Server::read(&url)?;
        let name = server.to_string();
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(server.host.clone())
            .port(server.port)
            .tls(server.tls()?)
            .timeout(Some(within))
            .hello_name(ClientId::Domain(from.email.domain().to_owned()));
        if let Some((user, password)) = server.credentials {
            builder = builder.credentials(Credentials::new(user, password.reveal().to_owned()));
        }
        Ok(Smtp { name, from, transport: builder.build(), within, clock })
    }

    pub(super) async fn send(&self, id: &str, mail: &Mail) -> Result<(), MailError> {
        let message = self.message(id, mail)?;
        self.in_time(self.transport.send(message)).await?;
        tracing::info!(target: "mail", to = mail.to, subject = mail.subject, id, "a mail was handed over");
        Ok(())
    }

    pub(super) async fn try_out(&self) -> Result<String, MailError> {
        if self.in_time(self.transport.test_connection()).await? {
            Ok(format!("{} takes mails from {}", self.name, self.from))
        } else {
            Err(self.failed("it ended the connection".to_owned()))
        }
    }

    fn message(&self, id: &str, mail: &Mail) -> Result<Message, MailError> {
        let unfit = |why: String| MailError::Unfit { to: mail.to.clone(), why };
        let to: Mailbox = mail.to.parse().map_err(|error| unfit(format!("{error}")))?;
        // Other programs that answer by themselves are asked not to (RFC 3834).
        let automatic = HeaderName::new_from_ascii_str("Auto-Submitted");
        Message::builder()
            .from(self.from.clone())
            .to(to)
            .subject(mail.subject.clone())
            .date(SystemTime::from(self.clock.now()))
            .message_id(Some(format!("<{id}@{}>", self.from.email.domain())))
            .raw_header(HeaderValue::new(automatic, "auto-generated".to_owned()))
            .singlepart(SinglePart::plain(mail.text.clone()))
            .map_err(|error| unfit(error.to_string()))
    }

    /// The library's own limit is for the connection alone: a server may also stop talking later.
    async fn in_time<T>(
        &self,
        talk: impl Future<Output = Result<T, lettre::transport::smtp::Error>>,
    ) -> Result<T, MailError> {
        let seconds = self.within.as_secs_f32();
        let talked = tokio::time::timeout(self.within, talk).await;
        let talked = talked.map_err(|_| self.failed(format!("it was not done within {seconds} s")))?;
        talked.map_err(|error| match error.status().map(u16::from) {
            Some(code) if FOR_GOOD.contains(&code) => {
                MailError::Refused { server: self.name.clone(), why: error.to_string() }
            }
            _ => self.failed(error.to_string()),
        })
    }

    fn failed(&self, why: String) -> MailError {
        MailError::Server { server: self.name.clone(), why }
    }
}

impl fmt::Debug for Smtp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Smtp").field(&self.name).finish()
    }
}
