//! Looking whether a domain is proved, and what follows.

use super::model::{Domain, DomainId, DomainState};
use super::rules::{Proof, Seen, Turn, after};
use super::{Domains, record_name, store, turn};
use crate::base::HostName;
use crate::db::DbError;
use crate::sites::SiteError;
use crate::tenancy::{OrgId, SiteScope};

/// Domains that one tick of the schedule takes up.
const AT_ONCE: u64 = 500;
/// No question to name servers takes as long, in milliseconds. A look that is further ahead is one by a clock that goes wrong.
const ASKING_MS: i64 = 60_000;

impl Domains {
    /// Asks the name servers for a domain's record and addresses, and does what follows from the answer, with its event in
    /// one transaction. Whether the site answers there afterwards; at a claim that is gone it does not.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn look(&self, scope: &SiteScope, id: DomainId) -> Result<bool, SiteError> {
        let org = scope.org();
        let Some(domain) = self.get(org, id).await? else {
            return Ok(false);
        };
        let own = self.sites.own_host(scope).await?;
        let now = self.sites.clock.millis();
        let seen = self.ask(scope, &domain, &own).await?;
        let mut tx = self.sites.db.write_of(scope).await?;
        tx.alone(&turn(&domain)).await?;
        // As it is now: somebody may have looked, or given it up, while the name servers were asked.
        let Some(present) = store::get_in(&tx, org, id).await? else { return Ok(false) };
        // Who has asked later knows better, also where their answer came first.
        if (now + 1..now + ASKING_MS).contains(&present.looked_at) {
            return Ok(present.state.is_served());
        }
        let (mut domain, turn) = after(present, seen, now);
        match turn {
            Turn::Stays => {}
            Turn::Verified => {
                let owner = store::owner_of_host(self.sites.db.system(), &domain.name).await?;
                match owner {
                    Some(owner) if owner != org.org().to_string() => {
                        (domain.state, domain.verified_at) = (DomainState::Failed, 0);
                        domain.reason =
                            "another organisation has verified it and still has its record".into();
                    }
                    owner => {
                        if owner.is_none() {
                            store::insert_host(&tx, &domain, now).await?;
                            self.sites.hosts_changed(&mut tx, scope);
                        }
                        self.note(&mut tx, org, "domain.verified", &domain);
                    }
                }
            }
            Turn::Lost => self.note(&mut tx, org, "domain.lost", &domain),
            Turn::Ended => {
                self.unserve(&mut tx, scope, &domain, &own).await?;
                self.note(&mut tx, org, "domain.failed", &domain);
            }
        }
        store::update(&tx, org, &domain).await?;
        tx.commit().await?;
        Ok(domain.state.is_served())
    }

    async fn ask(&self, scope: &SiteScope, domain: &Domain, own: &HostName) -> Result<Seen, DbError> {
        let (name, token) = (record_name(domain), self.token(scope.org(), domain));
        let (texts, there, here) = tokio::join!(
            self.names.texts(&name),
            self.names.addresses(domain.name.as_str()),
            self.names.addresses(own.as_str()),
        );
        let proof = match texts {
            Ok(texts) if texts.iter().any(|text| text.trim() == token) => Proof::Found,
            Ok(_) => Proof::Missing,
            Err(error) => Proof::Unanswered(error.to_string()),
        };
        let elsewhere = match (there, here) {
            (Ok(there), Ok(here)) if there.iter().any(|address| here.contains(address)) => None,
            (Ok(there), _) if there.is_empty() => {
                Some(format!("it has no address yet: point it (CNAME, or ALIAS for an apex) at {own}"))
            }
            (Ok(_), _) => {
                Some(format!("it leads elsewhere: point it (CNAME, or ALIAS for an apex) at {own}"))
            }
            (Err(error), _) => Some(format!("its address is not known: {error}")),
        };
        Ok(Seen { proof, elsewhere })
    }

    /// The domains that are to be looked at again, with the organisations that they are of: for the schedule alone.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn due(&self) -> Result<Vec<(OrgId, Domain)>, DbError> {
        let due = store::due(&self.sites.db, self.sites.clock.millis(), AT_ONCE).await?;
        let known = |(org, domain): (String, Domain)| {
            let org = org.parse().map_err(|_| DbError::Corrupt { what: "organisation id", value: org })?;
            Ok((org, domain))
        };
        due.into_iter().map(known).collect()
    }
}
