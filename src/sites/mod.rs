//! Sites: their settings, hosts and files, and which edition is live. Makes [`SiteScope`]s.

mod changes;
mod departed;
mod domains;
mod error;
mod files;
mod flips;
mod hosting;
mod hosts;
mod model;
mod redirects;
mod rows;
mod search;
mod store;

pub use departed::KeptFile;
pub use domains::{
    Domain, DomainFault, DomainId, DomainKind, DomainState, Domains, LookAtDomain, LookAtDomains, Records,
};
pub use error::SiteError;
pub use flips::Flips;
pub use hosts::{Hosted, Standing};
pub use model::{File, FileChange, NewSite, Site, SiteChange};
pub use redirects::{NewRedirect, Redirect, RedirectFault, RedirectId, RedirectKind};

use std::collections::BTreeMap;

use serde_json::json;

use crate::base::{Clock, HostName, Ids, Slug, Window};
use crate::db::{Db, DbError, WriteTx};
use crate::events::{Events, Happened};
use crate::storage::{Epochs, Storage};
use crate::tenancy::{self, OrgScope, Quotas, SiteId, SiteScope};

/// The room.
#[derive(Clone, Debug)]
pub struct Sites {
    db: Db,
    ids: Ids,
    clock: Clock,
    events: Events,
    flips: Flips,
    storage: Storage,
    epochs: Epochs,
    domain: HostName,
    quotas: Quotas,
}

/// What the room is made of.
pub struct Parts {
    /// The database.
    pub db: Db,
    /// Ids.
    pub ids: Ids,
    /// Time.
    pub clock: Clock,
    /// The events room.
    pub events: Events,
    /// Where files are kept.
    pub storage: Storage,
    /// Sites without a host of their own live below it.
    pub domain: HostName,
    /// How many sites an organisation may have.
    pub quotas: Quotas,
}

impl Sites {
    /// The room.
    pub fn new(parts: Parts) -> Sites {
        let Parts { db, ids, clock, events, storage, domain, quotas } = parts;
        let epochs = Epochs::new(db.clone());
        Sites { db, ids, clock, events, flips: Flips::default(), storage, epochs, domain, quotas }
    }

    /// Makes a site that answers at SLUG.(sites domain).
    ///
    /// # Errors
    /// [`SiteError::Taken`] when another site, of whichever organisation, answers there; [`SiteError::Quota`].
    pub async fn create(&self, org: &OrgScope, new: NewSite) -> Result<SiteScope, SiteError> {
        let site: SiteId = self.ids.new_id();
        let host = self.host_of(&new.slug);
        let mut tx = self.db.write_of(org).await?;
        tx.alone(&format!("sites of {}", org.org())).await?;
        self.quotas.sites(store::count(&tx, org).await? + 1)?;
        let now = self.clock.millis();
        let made = async {
            store::insert_site(&tx, org, site, &new, now).await?;
            store::insert_host(&tx, site, &host, now).await
        };
        made.await.map_err(|error| match error {
            DbError::Conflict(_) => SiteError::Taken(new.slug.to_string()),
            other => SiteError::Db(other),
        })?;
        let data = json!({ "slug": new.slug, "host": host });
        let happened = Happened { kind: "site.created", subject: site.to_string(), data };
        self.events.record(&mut tx, org.org(), org.actor(), happened);
        let scope = SiteScope::grant(*org, site);
        // Somebody may have asked for the name while nobody had it.
        self.hosts_changed(&mut tx, &scope);
        tx.conclude().await?;
        Ok(scope)
    }

    /// The key to one of the organisation's sites; `None` for any other id, whoever's it is.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn scope(&self, org: &OrgScope, site: SiteId) -> Result<Option<SiteScope>, DbError> {
        let found = store::site_by_id(&self.db, org, site).await?;
        Ok(found.map(|site| SiteScope::grant(*org, site.id)))
    }

    /// The keys to all sites of the organisation.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn scopes(&self, org: &OrgScope) -> Result<Vec<SiteScope>, DbError> {
        let ids = store::ids(&self.db, org).await?;
        Ok(ids.into_iter().map(|id| SiteScope::grant(*org, id)).collect())
    }

    /// What the plan of every organisation allows.
    pub fn quotas(&self) -> Quotas {
        self.quotas
    }

    /// A window of the organisation's sites, and whether there are more.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn window(
        &self,
        org: &OrgScope,
        window: &Window<tenancy::Site>,
    ) -> Result<(Vec<Site>, bool), DbError> {
        Ok(window.cut(store::window(&self.db, org, window).await?))
    }

    /// The hosts on which these sites answer.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn canonical_hosts(&self, sites: &[Site]) -> Result<BTreeMap<SiteId, HostName>, DbError> {
        hosts::canonicals(&self.db, sites).await
    }

    /// The key to the organisation's site with this slug.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn scope_by_slug(&self, org: &OrgScope, slug: &Slug) -> Result<Option<SiteScope>, DbError> {
        let found = store::site_by_slug(&self.db, org, slug).await?;
        Ok(found.map(|site| SiteScope::grant(*org, site.id)))
    }

    /// The site that a key opens.
    ///
    /// # Errors
    /// When it can't be read, or was deleted since the key was made.
    pub async fn get(&self, scope: &SiteScope) -> Result<Site, DbError> {
        let site = store::site_by_id(&self.db, scope.org(), scope.site()).await?;
        site.ok_or_else(|| store::gone(scope))
    }

    /// Counts a change of the site's content, in the transaction of the change: the number that the change carries.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn touch(&self, tx: &WriteTx, scope: &SiteScope) -> Result<i64, DbError> {
        store::touch(tx, scope).await
    }

    /// Points the site at an edition: the commit of `tx` is the moment at which it goes live, on every node.
    ///
    /// # Errors
    /// When the database refuses; the live edition is then the one before.
    pub async fn flip(&self, tx: &mut WriteTx, scope: &SiteScope, edition: &str) -> Result<(), DbError> {
        store::flip(tx, scope, edition).await?;
        self.hosts_changed(tx, scope);
        Ok(())
    }

    /// The live edition's id, as the transaction sees it; the site's row is locked until the transaction ends. Whoever
    /// is to publish, flip or withdraw asks first thing, so that they take turns (SQLite's writers do so anyway).
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn live_edition(&self, tx: &WriteTx, scope: &SiteScope) -> Result<Option<String>, DbError> {
        store::live_edition(tx, scope).await
    }

    /// The counter of flips, for caches of what is live.
    pub fn flips(&self) -> &Flips {
        &self.flips
    }

    /// Reads the counter of flips from the database: another process may have flipped.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn refresh_flips(&self) -> Result<(), DbError> {
        let (before, now) = (self.flips.now(), store::live_version(&self.db).await?);
        if now > before {
            for (number, site) in store::flipped_since(&self.db, before).await? {
                self.flips.learn(number, site);
            }
            self.flips.advance(now);
        }
        Ok(())
    }

    /// The site that answers on a host. This is the public's lookup: it needs no key and gives none.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn hosted(&self, host: &HostName) -> Result<Option<Hosted>, DbError> {
        hosts::find(&self.db, host).await
    }

    /// The host on which a site answers.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn canonical_host(&self, scope: &SiteScope) -> Result<Option<HostName>, DbError> {
        hosts::canonical(&self.db, scope).await
    }

    fn host_of(&self, slug: &Slug) -> HostName {
        // A slug is a label and the domain is a host name, so their joint is one.
        HostName::below(slug, &self.domain)
    }
}
