//! Paths of a site that lead somewhere else. The next edition serves them; a page or file at the same path goes first.

mod rules;
mod store;

pub use rules::RedirectFault;

use std::collections::{HashMap, HashSet};

use serde_json::json;

use self::rules::{MOST, Target};
use super::{SiteError, Sites};
use crate::base::{HostName, Window};
use crate::db::{DbError, Words, WriteTx};
use crate::events::Happened;
use crate::id_kind;
use crate::tenancy::{OrgScope, SiteScope};

id_kind!(/// A redirect.
    RedirectId, RedirectKind, "red");

/// Hops that readers are sent on at most.
const HOPS: usize = 10;

/// A redirect to be made.
#[derive(Debug, Clone)]
pub struct NewRedirect {
    /// The path, in any spelling.
    pub from: String,
    /// A path of the site, or an address on one of the organisation's hosts.
    pub to: String,
    /// 301 or 308.
    pub status: u16,
}

/// A redirect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redirect {
    /// Its id.
    pub id: RedirectId,
    /// The path, decoded, without the slash at its end.
    pub path: String,
    /// Where it leads, as it is sent.
    pub target: String,
    /// 301 or 308.
    pub status: u16,
    /// When it was made, in milliseconds since the epoch.
    pub created_at: i64,
}

impl Redirect {
    /// The path of an edition's file that stands for a path of readers, which may be in any spelling; `None` for one that
    /// can't be redirected.
    pub fn file_of(from: &str) -> Option<String> {
        let path = rules::from(from).ok()?;
        Some(format!("{}/index.html", path.trim_start_matches('/')))
    }
}

impl Sites {
    /// Makes redirects, all of them or none. `occupied` are those of their paths, as they are written, at which a page or
    /// file of the site lives.
    ///
    /// # Errors
    /// [`SiteError::Redirects`] with every fault and the number of the redirect that has it, from 0.
    pub async fn add_redirects(
        &self,
        scope: &SiteScope,
        new: &[NewRedirect],
        occupied: &HashSet<String>,
    ) -> Result<Vec<Redirect>, SiteError> {
        let mut tx = self.db.write_of(scope).await?;
        // The cap holds, and two halves of a circle can't come in side by side: those may lie on two sites.
        tx.alone(&format!("redirects of {}", scope.org().org())).await?;
        self.touch(&tx, scope).await?;
        let room = MOST.saturating_sub(store::count(&tx, scope).await?);
        let (mut made, mut faults, mut hosts) = (Vec::with_capacity(new.len()), Vec::new(), HashMap::new());
        for (index, new) in new.iter().enumerate() {
            if made.len() as u64 >= room {
                faults.push((index, RedirectFault::TooMany));
                break;
            }
            match self.add_redirect(&tx, scope, new, occupied, &mut hosts).await? {
                Ok(redirect) => made.push(redirect),
                Err(more) => faults.extend(more.into_iter().map(|fault| (index, fault))),
            }
        }
        if !faults.is_empty() {
            return Err(SiteError::Redirects(faults));
        }
        let data = match made.as_slice() {
            [one] => json!({ "from": one.path, "to": one.target, "status": one.status }),
            many => json!({ "count": many.len() }),
        };
        let subject = match made.as_slice() {
            [one] => one.id.to_string(),
            _ => scope.site().to_string(),
        };
        let happened = Happened { kind: "redirect.created", subject, data };
        self.events.record(&mut tx, scope.org().org(), scope.org().actor(), happened);
        tx.conclude().await?;
        Ok(made)
    }

    async fn add_redirect(
        &self,
        tx: &WriteTx,
        scope: &SiteScope,
        new: &NewRedirect,
        occupied: &HashSet<String>,
        hosts: &mut HashMap<HostName, Option<String>>,
    ) -> Result<Result<Redirect, Vec<RedirectFault>>, DbError> {
        let (path, target) = (rules::from(&new.from), rules::to(&new.to));
        let mut faults = Vec::new();
        if let (Ok(path), true) = (&path, occupied.contains(&new.from)) {
            faults.push(RedirectFault::Shadowed(path.clone()));
        }
        if let Ok(Target { host: Some(host), .. }) = &target
            && self.owner(tx, scope.org(), host, hosts).await?.is_none()
        {
            faults.push(RedirectFault::Foreign(host.to_string()));
        }
        if ![301, 308].contains(&new.status) {
            faults.push(RedirectFault::Status(new.status));
        }
        let site = scope.site().to_string();
        if let Ok(path) = &path
            && store::target_of(tx.conn(), &site, path).await?.is_some()
        {
            faults.push(RedirectFault::Taken(path.clone()));
        }
        let (path, target) = match (path, target) {
            (Ok(path), Ok(target)) if faults.is_empty() => (path, target),
            (path, target) => {
                faults.extend(path.err().into_iter().chain(target.err()));
                return Ok(Err(faults));
            }
        };
        if let Err(fault) = self.follow(tx, scope, &path, &target, hosts).await? {
            return Ok(Err(vec![fault]));
        }
        let (id, created_at) = (self.ids.new_id(), self.clock.millis());
        let redirect = Redirect { id, path, target: target.text, status: new.status, created_at };
        store::insert(tx, scope, &redirect).await?;
        Ok(Ok(redirect))
    }

    /// Goes where readers would go, over all sites of the organisation, and looks whether they arrive.
    async fn follow(
        &self,
        tx: &WriteTx,
        scope: &SiteScope,
        from: &str,
        first: &Target,
        hosts: &mut HashMap<HostName, Option<String>>,
    ) -> Result<Result<(), RedirectFault>, DbError> {
        let home = scope.site().to_string();
        let (mut site, mut target, mut way) = (home.clone(), first.clone(), vec![from.to_owned()]);
        for _ in 0..HOPS {
            if let Some(host) = &target.host {
                match self.owner(tx, scope.org(), host, hosts).await? {
                    Some(owner) => site = owner,
                    None => return Ok(Ok(())),
                }
            }
            way.push(target.text.clone());
            let Some(path) = target.path else { return Ok(Ok(())) };
            if site == home && path == from {
                return Ok(Err(RedirectFault::Circle(way.join(" -> "))));
            }
            let Some(next) = store::target_of(tx.conn(), &site, &path).await? else { return Ok(Ok(())) };
            let Ok(next) = rules::to(&next) else { return Ok(Ok(())) };
            target = next;
        }
        Ok(Err(RedirectFault::Chain(HOPS)))
    }

    /// The site of the organisation that answers on a host, asked once.
    async fn owner(
        &self,
        tx: &WriteTx,
        org: &OrgScope,
        host: &HostName,
        known: &mut HashMap<HostName, Option<String>>,
    ) -> Result<Option<String>, DbError> {
        if let Some(known) = known.get(host) {
            return Ok(known.clone());
        }
        let owner = store::own_host(tx.conn(), org, host).await?;
        known.insert(host.clone(), owner.clone());
        Ok(owner)
    }

    /// Takes a redirect away, with the next edition; `false` if the site has none with this id.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn delete_redirect(&self, scope: &SiteScope, redirect: &Redirect) -> Result<bool, DbError> {
        let mut tx = self.db.write_of(scope).await?;
        if !store::delete(&tx, scope, redirect.id).await? {
            return Ok(false);
        }
        self.touch(&tx, scope).await?;
        let data = json!({ "from": redirect.path, "to": redirect.target });
        let happened = Happened { kind: "redirect.deleted", subject: redirect.id.to_string(), data };
        self.events.record(&mut tx, scope.org().org(), scope.org().actor(), happened);
        tx.commit().await?;
        Ok(true)
    }

    /// One of the organisation's redirects, with the key to its site; `None` for any other id.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn redirect(
        &self,
        org: &OrgScope,
        id: RedirectId,
    ) -> Result<Option<(SiteScope, Redirect)>, DbError> {
        let Some((site, redirect)) = store::get(&self.db.of(org), id).await? else { return Ok(None) };
        let site = site.parse().map_err(|_| DbError::Corrupt { what: "site id", value: site })?;
        Ok(self.scope(org, site).await?.map(|scope| (scope, redirect)))
    }

    /// A window of a site's redirects, or of those with the words in path or target, and whether there are more.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn redirects(
        &self,
        scope: &SiteScope,
        words: Option<&Words>,
        window: &Window<RedirectKind>,
    ) -> Result<(Vec<Redirect>, bool), DbError> {
        Ok(window.cut(store::window(&self.db, scope, words, window).await?))
    }

    /// Those that may be served, by path: what leads to a host that the organisation has lost since is left out.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn good_redirects(&self, scope: &SiteScope) -> Result<Vec<Redirect>, DbError> {
        let mut redirects = store::all(&self.db, scope).await?;
        let host = |redirect: &Redirect| rules::to(&redirect.target).ok().and_then(|target| target.host);
        let hosts: HashSet<HostName> = redirects.iter().filter_map(host).collect();
        let mut lost = HashSet::new();
        for name in hosts {
            if store::own_host(&self.db.of(scope), scope.org(), &name).await?.is_none() {
                lost.insert(name);
            }
        }
        redirects.retain(|redirect| host(redirect).is_none_or(|host| !lost.contains(&host)));
        Ok(redirects)
    }

    /// Those that lead to a host on which no site of the organisation answers any more.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn lost_redirects(&self, scope: &SiteScope, host: &HostName) -> Result<Vec<Redirect>, DbError> {
        if store::own_host(&self.db.of(scope), scope.org(), host).await?.is_some() {
            return Ok(Vec::new());
        }
        let mut redirects = store::mentioning(&self.db, scope, host).await?;
        let leads_there = |redirect: &Redirect| {
            rules::to(&redirect.target).is_ok_and(|target| target.host.as_ref() == Some(host))
        };
        redirects.retain(leads_there);
        Ok(redirects)
    }
}
