//! What goes on after its request has been answered, and for how long.

use std::pin::pin;
use std::time::Duration;

use tokio::sync::watch;

use super::{Accounts, SessionId};
use crate::tenancy::OrgScope;

/// How often a stream looks whether its credential is still good.
const PROVED_AGAIN: Duration = Duration::from_secs(5);
/// A stream ends at the latest then, and its reader comes back.
const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);

impl Accounts {
    /// Waits until the credential behind a scope (for a person's, this session) is not good any more, its own time (`lasts`)
    /// or the longest that a stream may last is over, or the process is to end.
    pub async fn lasts(
        &self,
        scope: &OrgScope,
        session: Option<SessionId>,
        lasts: Option<Duration>,
        mut stop: watch::Receiver<bool>,
    ) {
        let mut over = pin!(tokio::time::sleep(lasts.unwrap_or(LONGEST).min(LONGEST)));
        loop {
            tokio::select! {
                _ = stop.wait_for(|stop| *stop) => break,
                () = &mut over => break,
                () = tokio::time::sleep(PROVED_AGAIN) => {}
            }
            // While the database is away nobody can say that it is not.
            if matches!(self.is_good(scope, session).await, Ok(false)) {
                break;
            }
        }
    }
}
