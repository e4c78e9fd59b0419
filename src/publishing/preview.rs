//! Looking at an edition before it goes live, at a signed address.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::model::{EditionId, EditionState};
use super::{PublishError, Publishing, store};
use crate::base::HostName;
use crate::keys::Purpose;
use crate::storage::BlobHash;
use crate::tenancy::{SiteId, SiteScope};

/// Long enough to send it to a colleague, short enough to forget it.
const VALID: Duration = Duration::from_secs(24 * 60 * 60);

/// Where the host takes a token: `/_preview/TOKEN` sets it as a cookie of that host and goes to the home page.
pub const PREVIEW_PATH: &str = "/_preview/";

/// What a preview's token leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Previewed {
    /// The manifest of the edition.
    Edition(BlobHash),
    /// The edition was removed since.
    Removed,
    /// The token is not for this host or what answers there, or over.
    Refused,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Ticket {
    edition: String,
    host: String,
}

impl Publishing {
    /// An address at which whoever has it sees the edition for a day, as readers would.
    ///
    /// # Errors
    /// [`PublishError::NotFound`], [`PublishError::NotReady`].
    pub async fn preview_address(&self, scope: &SiteScope, id: EditionId) -> Result<String, PublishError> {
        let edition = self.edition(scope, id).await?;
        if edition.state != EditionState::Ready {
            return Err(PublishError::NotReady { number: edition.number, state: edition.state });
        }
        let host = self.sites.canonical_host(scope).await?.ok_or(PublishError::NotFound(id))?;
        let ticket = Ticket { edition: id.to_string(), host: host.to_string() };
        let token = self.keys.sign(Purpose::Preview, ticket, VALID);
        Ok(format!("{}{PREVIEW_PATH}{token}", self.address.of(host.as_str())))
    }

    /// What a token lets one see on a host, at which this site answers now: the host may have been another's when the
    /// ticket was made.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn previewed(
        &self,
        site: SiteId,
        host: &HostName,
        token: &str,
    ) -> Result<Previewed, PublishError> {
        let ticket = self.keys.verify::<Ticket>(Purpose::Preview, token);
        let Some(ticket) = ticket.ok().filter(|ticket| ticket.host == host.as_str()) else {
            return Ok(Previewed::Refused);
        };
        // The ticket is ours, so the edition was there and ready.
        Ok(match store::manifest_of(&self.db, &ticket.edition).await? {
            None => Previewed::Removed,
            Some((owner, _)) if owner != site => Previewed::Refused,
            Some((_, manifest)) => manifest.map_or(Previewed::Removed, Previewed::Edition),
        })
    }
}
