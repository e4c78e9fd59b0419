//! Names of the owner's own on which the site answers: how far each is, what to set in the DNS, what can be done.

use poem::http::StatusCode;
use poem::web::{Path, Query};
use poem::{Response, handler};
use serde::{Deserialize, Serialize};

use crate::base::Window;
use crate::console::door::redirect;
use crate::console::fault::Fault;
use crate::console::form::Posted;
use crate::console::refused::{Refused, sentence};
use crate::console::view::values;
use crate::console::who::{Admin, At, Least, Member};
use crate::queue::QueueError;
use crate::sites::{Domain, DomainFault, DomainId, DomainState, LookAtDomain, SiteError};

/// Domains of one page of the list.
const LINES: u64 = 20;

#[derive(Default, Deserialize)]
pub(in crate::console) struct Asked {
    after: Option<String>,
    /// The job that is waited for.
    job: Option<String>,
}

/// A domain in words.
#[derive(Serialize)]
struct Shown {
    id: DomainId,
    name: String,
    state: &'static str,
    tone: &'static str,
    means: &'static str,
    /// What the last look found wanting; empty where nothing.
    reason: String,
    is_canonical: bool,
    is_served: bool,
    is_live: bool,
    url: String,
    record_name: String,
    record_value: String,
    target: String,
    looked_at: Option<i64>,
    lost_at: Option<i64>,
}

/// The word for a state, how good it is, and what it means.
fn told(state: DomainState, is_canonical: bool) -> (&'static str, &'static str, &'static str) {
    match state {
        DomainState::Pending => (
            "waits for its record",
            "warn",
            "Set the TXT record below. It is looked for every ten minutes, for seven days; nothing is served before it is \
             seen.",
        ),
        DomainState::Verified => ("proved", "warn", "It is yours and the site answers there."),
        DomainState::Live if is_canonical => {
            ("live", "good", "Readers arrive here, and the site's other hosts lead here.")
        }
        DomainState::Live => {
            ("live", "good", "Readers who come here are led on to the site's canonical host.")
        }
        DomainState::Failed => ("failed", "bad", "Nothing is served here."),
    }
}

async fn shown<L: Least>(at: &At<L>, domain: Domain) -> Result<Shown, Fault> {
    let rooms = &at.here.me.desk.rooms;
    let records = rooms.domains.records(&at.here.scope, &domain).await?;
    let is_canonical = rooms.domains.is_canonical(&at.here.scope, &domain).await?;
    let (state, tone, means) = told(domain.state, is_canonical);
    let when = |millis: i64| Some(millis).filter(|millis| *millis > 0);
    Ok(Shown {
        id: domain.id,
        state,
        tone,
        means,
        reason: Some(domain.reason)
            .filter(|why| !why.is_empty())
            .map_or_else(String::new, |why| sentence(&why)),
        is_canonical,
        is_served: domain.state.is_served(),
        is_live: domain.state == DomainState::Live,
        url: rooms.address.of(domain.name.as_str()),
        name: domain.name.to_string(),
        record_name: records.name,
        record_value: records.value,
        target: records.target,
        looked_at: when(domain.looked_at),
        lost_at: when(domain.lost_at),
    })
}

#[handler]
pub(in crate::console) async fn show(at: At<Member>, Query(asked): Query<Asked>) -> Result<Response, Fault> {
    screen(&at, &asked, "", "").await
}

async fn screen<L: Least>(at: &At<L>, asked: &Asked, name: &str, wrong: &str) -> Result<Response, Fault> {
    let rooms = &at.here.me.desk.rooms;
    let edge = asked.after.as_deref().map(str::parse).transpose().map_err(|_| Fault::NotFound)?;
    let window = Window { limit: LINES, after: edge, before: None };
    let (seen, _) = rooms.domains.window(&at.here.scope, Some(&at.scope), &window).await?;
    let waits = awaited(at, asked.job.as_deref(), &seen).await?;
    // Read after the job was looked for: what one that ended in between has found is shown, and not waited for.
    let (found, has_more) = rooms.domains.window(&at.here.scope, Some(&at.scope), &window).await?;
    let mut domains = Vec::with_capacity(found.len());
    for domain in found {
        domains.push(shown(at, domain).await?);
    }
    let host = rooms.sites.canonical_host(&at.scope).await?;
    let host = host.map_or_else(String::new, |host| host.to_string());
    let path = format!("{}/domains", at.path());
    let older = domains.last().filter(|_| has_more).map(|last| format!("{path}?after={}", last.id));
    let newest = edge.map(|_| path.clone());
    let page = values! { domains, host, path, older, newest, name, wrong, waits };
    at.here.me.desk.view.page("site/domains.html", &at.shell("domains").await?, page)
}

/// The job that looks at one of them: the one that was asked for, or a domain's very first.
async fn awaited<L: Least>(
    at: &At<L>,
    asked: Option<&str>,
    domains: &[Domain],
) -> Result<Option<String>, Fault> {
    let queue = &at.here.me.desk.rooms.queue;
    if let Some(id) = asked.and_then(|job| job.parse().ok()) {
        // Jobs that have ended are forgotten after a while: then it is not waited for either.
        return match queue.get(&at.here.scope, id).await {
            Ok(job) => Ok((!job.state.is_final()).then(|| job.id.to_string())),
            Err(QueueError::NotFound) => Ok(None),
            Err(error) => Err(error.into()),
        };
    }
    for domain in domains.iter().filter(|domain| domain.looked_at == 0) {
        let job = queue.live::<LookAtDomain>(at.here.scope.org(), &domain.id.to_string()).await?;
        if let Some(job) = job {
            return Ok(Some(job.to_string()));
        }
    }
    Ok(None)
}

async fn again(at: &At<Admin>, name: &str, wrong: &str) -> Result<Response, Fault> {
    let mut response = screen(at, &Asked::default(), name, wrong).await?;
    response.set_status(StatusCode::UNPROCESSABLE_ENTITY);
    Ok(response)
}

#[handler]
pub(in crate::console) async fn add(at: At<Admin>, posted: Posted) -> Result<Response, Fault> {
    let name = posted.text("name");
    match at.here.me.desk.rooms.domains.claim(&at.scope, name).await {
        Ok(_) => Ok(redirect(&format!("{}/domains?notice=domain-added", at.path()))),
        Err(error) => again(&at, name, &error.sentence()?).await,
    }
}

type Named = Path<(String, String, String)>;

/// The domain that an address names, if it is this site's.
async fn found<L: Least>(at: &At<L>, id: &str) -> Result<Domain, Fault> {
    let id = id.parse().map_err(|_| Fault::NotFound)?;
    let found = at.here.me.desk.rooms.domains.get(&at.here.scope, id).await?;
    found.filter(|domain| domain.site == at.scope.site()).ok_or(Fault::NotFound)
}

/// Has its records looked at now.
#[handler]
pub(in crate::console) async fn check(at: At<Admin>, Path((_, _, domain)): Named) -> Result<Response, Fault> {
    let domain = found(&at, &domain).await?;
    let job = at.here.me.desk.rooms.domains.request_look(&at.here.scope, &domain).await?;
    Ok(redirect(&format!("{}/domains?job={job}&notice=domain-asked#{}", at.path(), domain.id)))
}

/// The site's other hosts lead to it from now on.
#[handler]
pub(in crate::console) async fn make_canonical(
    at: At<Admin>,
    Path((_, _, domain)): Named,
) -> Result<Response, Fault> {
    let domain = found(&at, &domain).await?;
    if !at.here.me.desk.rooms.publishing.settle_at(&at.scope, &domain.name).await? {
        let refusal = SiteError::from(DomainFault::NotVerified(domain.name.to_string()));
        return again(&at, "", &refusal.sentence()?).await;
    }
    Ok(redirect(&format!("{}/domains?notice=domain-canonical", at.path())))
}

/// What goes with it, before it goes.
#[handler]
pub(in crate::console) async fn confirm(
    at: At<Admin>,
    Path((_, _, domain)): Named,
) -> Result<Response, Fault> {
    let domain = found(&at, &domain).await?;
    let domain = shown(&at, domain).await?;
    let page = values! { domain, path => format!("{}/domains", at.path()) };
    at.here.me.desk.view.page("site/delete_domain.html", &at.shell("domains").await?, page)
}

#[handler]
pub(in crate::console) async fn delete(
    at: At<Admin>,
    Path((_, _, domain)): Named,
) -> Result<Response, Fault> {
    let domain = found(&at, &domain).await?;
    if !at.here.me.desk.rooms.domains.delete(&at.here.scope, domain.id).await? {
        return Err(Fault::NotFound);
    }
    Ok(redirect(&format!("{}/domains?notice=domain-deleted", at.path())))
}
