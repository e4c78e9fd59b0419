//! How often somebody may try to sign in or have mails sent: by address, and by the account that is tried.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::time::Duration;

use poem::http::StatusCode;
use poem::{Addr, Request};

use super::fault::Fault;
use crate::limits::{Cells, Counting, Place, Places, network};
use crate::tenancy::{OrgId, PersonId};

/// Live displays open at once: a tab has one.
const STREAMS_OF_ORG: usize = 50;
const STREAMS: usize = 1_000;
/// Forms with files, or with long texts, that are in memory at once.
const LARGE_FORMS_OF_PERSON: usize = 3;
const LARGE_FORMS: usize = 12;

/// How often somebody may try or change something, and how much of this process may be taken up at once.
pub struct Limits {
    orgs: Cells<OrgId>,
    addresses: Cells<IpAddr>,
    accounts: Cells<String>,
    streams: Places<OrgId>,
    large_forms: Places<PersonId>,
}

impl Limits {
    /// Changes of one organisation in a minute; tries in a minute, of one address and for one account.
    pub fn new(changes: NonZeroU32, tries: NonZeroU32, counting: &Counting) -> Limits {
        let addresses = Cells::per_minute("console.addresses", tries, counting);
        let accounts = Cells::per_minute("console.accounts", tries, counting);
        let orgs = Cells::per_minute("console.orgs", changes, counting);
        let streams = Places::new(STREAMS_OF_ORG, STREAMS);
        Limits {
            orgs,
            addresses,
            accounts,
            streams,
            large_forms: Places::new(LARGE_FORMS_OF_PERSON, LARGE_FORMS),
        }
    }

    /// Counts something that is changed in an organisation, whoever of its members does it.
    pub(super) async fn change(&self, org: OrgId) -> Result<(), Fault> {
        self.orgs.take(&org).await.map(drop).map_err(|wait| {
            let seconds = wait.as_secs() + 1;
            let detail = format!(
                "Your organisation changes too much at once. Wait {seconds} seconds, then send this again."
            );
            Fault::told(StatusCode::TOO_MANY_REQUESTS, detail)
        })
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
    pub(super) async fn take(&self, address: Option<IpAddr>, account: &str) -> Result<(), Fault> {
        // Who is refused by their address takes nothing from the account: else one address could lock everybody out.
        if let Some(address) = address {
            self.addresses.take(&network(address)).await.map_err(too_often)?;
        }
        let account: String = account.trim().to_lowercase().chars().take(254).collect();
        self.accounts.take(&account).await.map_err(too_often)?;
        Ok(())
    }
}

fn too_often(wait: Duration) -> Fault {
    let seconds = wait.as_secs() + 1;
    let detail =
        format!("There were too many tries in a short time. Wait {seconds} seconds, then try again.");
    Fault::told(StatusCode::TOO_MANY_REQUESTS, detail)
}

/// Who sent a request, by address; known proxies speak for their clients (`app/connections`).
pub(super) fn address(request: &Request) -> Option<IpAddr> {
    match &request.remote_addr().0 {
        Addr::SocketAddr(address) => Some(address.ip()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_address_that_tries_too_often_locks_nobody_else_out_of_their_account() {
        let limits = Limits::new(NonZeroU32::MAX, NonZeroU32::new(3).unwrap(), &Counting::here());
        let [eve, ada] = ["192.0.2.1", "192.0.2.2"].map(|address| address.parse().ok());
        for n in 0..3 {
            limits.take(eve, &format!("somebody-{n}@example.com")).await.unwrap();
        }
        for _ in 0..10 {
            assert!(limits.take(eve, "ada@example.com").await.is_err());
        }
        limits.take(ada, "ada@example.com").await.unwrap();
    }
}
