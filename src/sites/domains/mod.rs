//! Domains of their owners' own. A name is served once its owner has proved it by a record that only the owner can set, and
//! for as long as the record stays. A claim without proof shows to nobody else and stands in nobody's way.

mod look;
mod model;
mod names;
mod rules;
mod store;

pub use model::{Domain, DomainId, DomainKind, DomainState, LookAtDomain, LookAtDomains, Records};
pub use names::DomainFault;

use std::sync::Arc;

use serde_json::json;

use self::names::MOST;
use super::{SiteError, Sites};
use crate::base::{HostName, Window};
use crate::cdn::Cdn;
use crate::db::{DbError, WriteTx};
use crate::dns::Names;
use crate::events::Happened;
use crate::keys::{Keys, Purpose};
use crate::queue::{JobId, NewJob, Queue, QueueError};
use crate::tenancy::{OrgScope, SiteScope};

/// Domains, on top of the sites.
#[derive(Clone)]
pub struct Domains {
    sites: Sites,
    queue: Queue,
    keys: Keys,
    names: Arc<dyn Names>,
    /// The operator's own hosts: nobody claims them or what is below.
    own: Vec<HostName>,
    cdn: Option<Cdn>,
}

/// Text before the token, so that whoever finds the record knows what it is for.
const MARK: &str = "citepress-verification=";

impl Domains {
    /// Domains are looked up by `names`; those at and below the operator's `own` hosts are refused.
    pub fn new(sites: Sites, queue: Queue, keys: Keys, names: Arc<dyn Names>, own: Vec<HostName>) -> Domains {
        Domains { sites, queue, keys, names, own, cdn: None }
    }

    /// With a cache in front, which forgets the hosts that sites lose.
    pub fn behind(self, cdn: Option<Cdn>) -> Domains {
        Domains { cdn, ..self }
    }

    /// Claims a domain for a site, and has it looked at.
    ///
    /// # Errors
    /// [`SiteError::Domain`] with the reason.
    pub async fn claim(&self, scope: &SiteScope, text: &str) -> Result<Domain, SiteError> {
        let org = scope.org();
        let name = names::name(text, &self.own)?;
        let now = self.sites.clock.millis();
        let domain = Domain {
            id: self.sites.ids.new_id(),
            site: scope.site(),
            name,
            state: DomainState::Pending,
            reason: String::new(),
            looked_at: 0,
            verified_at: 0,
            lost_at: 0,
            created_at: now,
        };
        let mut tx = self.sites.db.write_of(scope).await?;
        tx.alone(&format!("domains of {}", org.org())).await?;
        let name = domain.name.to_string();
        let owner = store::owner_of_host(self.sites.db.system(), &domain.name).await?;
        if owner.is_some_and(|owner| owner != org.org().to_string()) {
            return Err(DomainFault::Taken(name).into());
        }
        if store::count(&tx, org).await? >= MOST {
            return Err(DomainFault::TooMany.into());
        }
        store::insert(&tx, org, &domain).await.map_err(|error| match error {
            DbError::Conflict(_) => DomainFault::Known(name.clone()).into(),
            other => SiteError::Db(other),
        })?;
        self.note(&mut tx, org, "domain.created", &domain);
        self.enqueue(&mut tx, org, &domain, domain.id.to_string()).await?;
        tx.conclude().await?;
        Ok(domain)
    }

    /// Has a domain looked at now; the job that does it.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn request_look(&self, org: &OrgScope, domain: &Domain) -> Result<JobId, SiteError> {
        let mut tx = self.sites.db.write_of(org).await?;
        // A look that runs already may have asked before the record was set.
        let key = format!("{}@{}", domain.id, self.sites.clock.millis());
        let job = self.enqueue(&mut tx, org, domain, key).await?;
        tx.conclude().await?;
        Ok(job)
    }

    /// Has a domain looked at when its time has come.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn look_again(&self, org: &OrgScope, domain: &Domain) -> Result<(), SiteError> {
        let mut tx = self.sites.db.write_of(org).await?;
        self.enqueue(&mut tx, org, domain, domain.id.to_string()).await?;
        Ok(tx.commit().await?)
    }

    /// Gives a domain up: its site no longer answers there.
    ///
    /// # Errors
    /// When the database refuses; `false` if the organisation has none with this id.
    pub async fn delete(&self, org: &OrgScope, id: DomainId) -> Result<bool, SiteError> {
        let Some(domain) = self.get(org, id).await? else { return Ok(false) };
        let Some(scope) = self.sites.scope(org, domain.site).await? else { return Ok(false) };
        let own = self.sites.own_host(&scope).await?;
        let mut tx = self.sites.db.write_of(org).await?;
        tx.alone(&turn(&domain)).await?;
        let Some(domain) = store::get_in(&tx, org, id).await? else { return Ok(false) };
        self.unserve(&mut tx, &scope, &domain, &own).await?;
        store::delete(&tx, org, id).await?;
        self.note(&mut tx, org, "domain.deleted", &domain);
        // What it has left on disk follows.
        self.enqueue(&mut tx, org, &domain, format!("{id}@gone")).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// One of the organisation's domains.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn get(&self, org: &OrgScope, id: DomainId) -> Result<Option<Domain>, DbError> {
        store::get(&self.sites.db, org, id).await
    }

    /// A window of the organisation's domains, or of one site's, and whether there are more.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn window(
        &self,
        org: &OrgScope,
        site: Option<&SiteScope>,
        window: &Window<DomainKind>,
    ) -> Result<(Vec<Domain>, bool), DbError> {
        Ok(window.cut(store::window(&self.sites.db, org, site, window).await?))
    }

    /// Whether a domain is its site's canonical host.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn is_canonical(&self, org: &OrgScope, domain: &Domain) -> Result<bool, DbError> {
        let names = store::canonical_names(&self.sites.db.of(org), &domain.site.to_string()).await?;
        Ok(names.iter().any(|name| *name == domain.name.as_str()))
    }

    /// What the owner of a domain has to set in the DNS. The token is derived from organisation and domain: it is the same
    /// whenever it is shown, and kept nowhere.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn records(&self, org: &OrgScope, domain: &Domain) -> Result<Records, DbError> {
        let target = match self.sites.scope(org, domain.site).await? {
            Some(scope) => self.sites.own_host(&scope).await?.to_string(),
            None => String::new(),
        };
        Ok(Records { name: record_name(domain), value: self.token(org, domain), target })
    }

    fn token(&self, org: &OrgScope, domain: &Domain) -> String {
        let bound = format!("{}\n{}", org.org(), names::proved_by(&domain.name));
        format!("{MARK}{}", self.keys.mark(Purpose::Domain, &bound))
    }

    /// Takes the name from the site, which goes back to its own host if this was the canonical one.
    async fn unserve(
        &self,
        tx: &mut WriteTx,
        scope: &SiteScope,
        domain: &Domain,
        own: &HostName,
    ) -> Result<(), DbError> {
        // Locks the site, so that nobody makes it canonical at the same moment.
        self.sites.live_edition(tx, scope).await?;
        let Some(was_canonical) = store::remove_host(tx, domain).await? else { return Ok(()) };
        if let Some(cdn) = &self.cdn {
            cdn.forget(tx, scope.org().org(), &domain.name).await?;
            // All others have led to the domain until now, and it may be a stranger's soon.
            let others = if was_canonical { self.sites.hosts_in(tx, scope).await? } else { Vec::new() };
            for host in &others {
                cdn.forget(tx, scope.org().org(), host).await?;
            }
        }
        if was_canonical {
            self.sites.set_canonical_in(tx, scope, own).await?;
            return Ok(());
        }
        self.sites.hosts_changed(tx, scope);
        Ok(())
    }

    async fn enqueue(
        &self,
        tx: &mut WriteTx,
        org: &OrgScope,
        domain: &Domain,
        key: String,
    ) -> Result<JobId, SiteError> {
        let (site, name) = (domain.site, domain.name.to_string());
        let job = LookAtDomain { org: org.org(), site, domain: domain.id, name };
        match self.queue.enqueue(tx, NewJob::new(job).org(org.org()).dedup(key)).await {
            Ok(job) => Ok(job.id()),
            Err(QueueError::Db(error)) => Err(error.into()),
            Err(other) => Err(DbError::Corrupt { what: "job", value: other.to_string() }.into()),
        }
    }

    fn note(&self, tx: &mut WriteTx, org: &OrgScope, kind: &'static str, domain: &Domain) {
        let data = json!({ "name": domain.name, "site": domain.site.to_string(), "reason": domain.reason });
        let happened = Happened { kind, subject: domain.id.to_string(), data };
        self.sites.events.record(tx, org.org(), org.actor(), happened);
    }
}

fn record_name(domain: &Domain) -> String {
    format!("_citepress.{}", names::proved_by(&domain.name))
}

/// Whoever gives a name to a site, or takes it away, is alone with it: two organisations may have proved it.
fn turn(domain: &Domain) -> String {
    format!("host {}", domain.name)
}
