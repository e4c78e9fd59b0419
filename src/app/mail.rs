//! The way that mails go, from the settings.

use std::time::Duration;

use crate::base::Clock;
use crate::config::Settings;
use crate::mail::{BadMail, Mailer, SmtpConfig};

/// How long a server may take for one mail; less than a job of it may.
const WITHIN: Duration = Duration::from_secs(30);

/// A server where one is set, and else the outbox in the data folder.
pub(super) fn mailer(settings: &Settings, clock: &Clock) -> Result<Mailer, BadMail> {
    if settings.mail.smtp.is_empty() {
        return Ok(Mailer::outbox(settings.data.join("outbox")));
    }
    let (url, from) = (settings.mail.smtp.clone(), settings.mail.from.clone());
    Mailer::smtp(SmtpConfig { url, from, within: WITHIN, clock: clock.clone() })
}
