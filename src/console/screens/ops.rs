//! For whoever runs the installation: what is queued, what failed, what is switched off, who is here.

mod switches;

pub(in crate::console) use switches::set_switch;

use poem::web::{Path, Query};
use poem::{FromRequest, Request, RequestBody, Response, handler};
use serde::{Deserialize, Serialize};

use super::org::JobLine;
use crate::base::Window;
use crate::console::door::redirect;
use crate::console::fault::Fault;
use crate::console::view::values;
use crate::console::who::SignedIn;
use crate::queue::{Count, Filter, Reach, State};

/// Failed jobs of one page of the list.
const LINES: u64 = 30;

/// Somebody whom the settings name as an operator. For everybody else there is nothing here.
pub(in crate::console) struct Operator(SignedIn);

impl<'a> FromRequest<'a> for Operator {
    async fn from_request(request: &'a Request, body: &mut RequestBody) -> poem::Result<Self> {
        let me = SignedIn::from_request(request, body).await?;
        if me.desk.rooms.operators.iter().any(|email| email.eq_ignore_ascii_case(&me.person.email)) {
            return Ok(Operator(me));
        }
        Err(Fault::NotFound.into())
    }
}

#[derive(Deserialize)]
pub(in crate::console) struct Asked {
    after: Option<String>,
}

/// Jobs of a kind.
#[derive(Serialize)]
struct Depth {
    kind: String,
    queued: u64,
    running: u64,
    failed: u64,
    done: u64,
}

fn depths(counts: &[Count]) -> Vec<Depth> {
    let mut kinds: Vec<&str> = counts.iter().map(|count| count.kind.as_str()).collect();
    kinds.dedup();
    let of = |kind: &str, state: State| {
        counts.iter().filter(|count| count.kind == kind && count.state == state).map(|count| count.jobs).sum()
    };
    let depth = |kind: &str| Depth {
        kind: kind.to_owned(),
        queued: of(kind, State::Queued),
        running: of(kind, State::Running),
        failed: of(kind, State::Failed),
        done: of(kind, State::Done),
    };
    kinds.into_iter().map(depth).collect()
}

#[handler]
pub(in crate::console) async fn show(
    Operator(me): Operator,
    Query(asked): Query<Asked>,
) -> Result<Response, Fault> {
    screen(&me, asked.after.as_deref(), "").await
}

/// The screen, with what was wrong with the form.
async fn screen(me: &SignedIn, after: Option<&str>, wrong: &str) -> Result<Response, Fault> {
    let rooms = &me.desk.rooms;
    let edge = after.map(str::parse).transpose().map_err(|_| Fault::NotFound)?;
    let failed = Filter { state: Some(State::Failed), ..Filter::default() };
    let window = Window { limit: LINES, after: edge, before: None };
    let (found, has_more) = rooms.queue.window(Reach::All, &failed, &window).await?;
    let now = rooms.clock.millis();
    let jobs: Vec<JobLine> = found.into_iter().map(|record| JobLine::of(record, now)).collect();
    let older = jobs.last().filter(|_| has_more).map(|last| format!("/console/ops?after={}", last.id()));
    let newest = after.map(|_| "/console/ops");
    let depths = depths(&rooms.queue.counts(Reach::All).await?);
    let (orgs, people) = rooms.accounts.census().await?;
    let switches = switches::lines(&rooms.flags, &rooms.accounts).await?;
    let version = env!("CARGO_PKG_VERSION");
    let page = values! { depths, jobs, older, newest, orgs, people, version, switches, wrong };
    me.desk.view.page("ops.html", &me.shell(), page)
}

#[handler]
pub(in crate::console) async fn retry(
    Operator(me): Operator,
    Path(job): Path<String>,
) -> Result<Response, Fault> {
    let id = job.parse().map_err(|_| Fault::NotFound)?;
    let rooms = &me.desk.rooms;
    let org = match rooms.queue.get(Reach::All, id).await?.org {
        Some(org) => rooms.accounts.operator_of(org).await?,
        None => None,
    };
    match org {
        // Their audit log says that the operator has done it.
        Some(org) => rooms.events.try_again(&rooms.queue, &org, id).await?,
        None => rooms.queue.try_again(Reach::All, id).await?,
    }
    Ok(redirect("/console/ops?notice=job-retried"))
}
