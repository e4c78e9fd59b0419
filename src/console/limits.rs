//! How often somebody may try to sign in or have mails sent: by address, and by the account that is tried.

use std::net::IpAddr;
use std::num::NonZeroU32;

use poem::http::StatusCode;
use poem::{Addr, Request};

use super::fault::Fault;
use crate::limits::{Cells, Place, Places, network};
use crate::tenancy::{OrgId, PersonId};

/// Live displays open at once: a tab has one.
const STREAMS_OF_ORG: usize = 50;
const STREAMS: usize = 1_000;
/// Forms with files, or with long texts, that are in memory at once.
const LARGE_FORMS_OF_PERSON: usize = 3;
const LARGE_FORMS: usize = 12;

/// The limits of this process.
pub struct Limits {
    addresses: Cells<IpAddr>,
    accounts: Cells<String>,
    streams: Places<OrgId>,
    large_forms: Places<PersonId>,
}

impl Limits {
    /// Tries in a minute, of one address and for one account.
    pub fn new(per_minute: NonZeroU32) -> Limits {
        let (addresses, accounts) = (Cells::per_minute(per_minute), Cells::per_minute(per_minute));
        let streams = Places::new(STREAMS_OF_ORG, STREAMS);
        Limits { addresses, accounts, streams, large_forms: Places::new(LARGE_FORMS_OF_PERSON, LARGE_FORMS) }
    }

    /// Takes a place for a large form.
    pub(super) fn large_form(&self, person: PersonId) -> Result<Place<PersonId>, Fault> {
        let detail = "Several large forms or files are on their way already. Wait until they have come, then send this one.";
        let taken = self.large_forms.take(person);
        taken.ok_or_else(|| Fault::told(StatusCode::TOO_MANY_REQUESTS, detail))
    }

    /// Takes a place for a live display.
    pub(super) fn open_stream(&self, org: OrgId) -> Result<Place<OrgId>, Fault> {
        let detail =
            "Too many live displays are open. Close some tabs; without them the pages work all the same.";
        self.streams.take(org).ok_or_else(|| Fault::told(StatusCode::TOO_MANY_REQUESTS, detail))
    }

    /// Counts a try. The account is whatever was typed: whether there is one makes no difference.
    pub(super) fn take(&self, address: Option<IpAddr>, account: &str) -> Result<(), Fault> {
        let account: String = account.trim().to_lowercase().chars().take(254).collect();
        let waits = [
            address.and_then(|address| self.addresses.take(&network(address)).err()),
            self.accounts.take(&account).err(),
        ];
        match waits.into_iter().flatten().max() {
            None => Ok(()),
            Some(wait) => {
                let seconds = wait.as_secs() + 1;
                let detail = format!(
                    "There were too many tries in a short time. Wait {seconds} seconds, then try again."
                );
                Err(Fault::told(StatusCode::TOO_MANY_REQUESTS, detail))
            }
        }
    }
}

/// Who sent a request, by address; known proxies speak for their clients (`app/connections`).
pub(super) fn address(request: &Request) -> Option<IpAddr> {
    match &request.remote_addr().0 {
        Addr::SocketAddr(address) => Some(address.ip()),
        _ => None,
    }
}
