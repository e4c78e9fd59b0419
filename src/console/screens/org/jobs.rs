//! Long work: what is under way, what came of it; live for those with script.

use poem::web::{Path, Query};
use poem::{Response, handler};
use serde::{Deserialize, Serialize};

use crate::base::Window;
use crate::console::door::redirect;
use crate::console::fault::Fault;
use crate::console::view::values;
use crate::console::who::{In, Least, Member};
use crate::events;
use crate::queue::{Filter, JobId, Record, State};

/// Jobs of one page of the list.
const LINES: u64 = 30;
#[derive(Deserialize)]
pub(in crate::console) struct Asked {
    after: Option<String>,
}

/// A job as people see it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(in crate::console::screens) struct Line {
    id: String,
    what: &'static str,
    state: State,
    stage: String,
    done: u64,
    of: u64,
    /// Why it failed, or is tried again.
    cause: Option<String>,
    created_at: i64,
    seconds: Option<i64>,
    cost_micros: i64,
    attempt: u32,
    attempt_limit: u32,
    is_open: bool,
    can_retry: bool,
}

impl Line {
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Without its seconds, which would make each look a change.
    pub fn live(record: Record, now: i64) -> Line {
        Line { seconds: None, ..Line::of(record, now) }
    }

    pub fn of(record: Record, now: i64) -> Line {
        let is_open = matches!(record.state, State::Queued | State::Running);
        let ended = record.finished_at.map_or(now, jiff::Timestamp::as_millisecond);
        Line {
            id: record.id.to_string(),
            what: called(&record.kind),
            state: record.state,
            stage: record.progress.stage,
            done: record.progress.done,
            of: record.progress.of,
            cause: record.cause,
            created_at: record.created_at.as_millisecond(),
            seconds: record.started_at.map(|began| (ended - began.as_millisecond()) / 1000),
            cost_micros: record.cost_micros,
            attempt: record.attempt,
            attempt_limit: record.attempt_limit,
            is_open,
            can_retry: matches!(record.state, State::Failed | State::Cancelled),
        }
    }
}

/// The kinds of long work, and what people call them.
const NAMES: [(&str, &str); 12] = [
    ("pages.fetch", "Read a web page"),
    ("pages.crawl", "Read a website"),
    ("pages.generate", "Write a page"),
    ("publishing.build", "Build an edition"),
    ("publishing.tree", "Write the published files"),
    ("webhooks.deliver", "Send a webhook"),
    ("departures.export", "Export the organisation"),
    ("departures.purge", "Remove an organisation"),
    ("sites.domain", "Look at a domain's records"),
    ("sites.domains", "Find domains to look at again"),
    ("publishing.collect", "Clear old editions away"),
    ("accounts.letter", "Send a mail"),
];

pub(super) fn called(kind: &str) -> &'static str {
    NAMES.iter().find(|(known, _)| *known == kind).map_or("Work", |(_, name)| name)
}

/// The kind of work that people call so.
pub(super) fn kind_called(name: &str) -> Option<&'static str> {
    NAMES.iter().find(|(_, known)| *known == name).map(|(kind, _)| *kind)
}

#[handler]
pub(in crate::console) async fn show(
    here: In<Member>,
    Query(asked): Query<Asked>,
) -> Result<Response, Fault> {
    let after = asked.after.map(|id| id.parse()).transpose().map_err(|_| Fault::NotFound)?;
    let window = Window { limit: LINES, after, before: None };
    let rooms = &here.me.desk.rooms;
    let (found, has_more) = rooms.queue.window(&here.scope, &Filter::default(), &window).await?;
    let now = rooms.clock.millis();
    let jobs: Vec<Line> = found.into_iter().map(|record| Line::of(record, now)).collect();
    let older =
        jobs.last().filter(|_| has_more).map(|last| format!("{}/jobs?after={}", here.path(), last.id));
    let newest = after.map(|_| format!("{}/jobs", here.path()));
    let page = values! { jobs, older, newest };
    here.me.desk.view.page("org/jobs.html", &here.shell("jobs").await?, page)
}

#[handler]
pub(in crate::console) async fn cancel(
    here: In<Member>,
    Path((_, job)): Path<(String, String)>,
) -> Result<Response, Fault> {
    let id = allowed(&here, &job).await?;
    let rooms = &here.me.desk.rooms;
    rooms.publishing.call_off(&here.scope, id).await?;
    Ok(redirect(&format!("{}/jobs", here.path())))
}

#[handler]
pub(in crate::console) async fn retry(
    here: In<Member>,
    Path((_, job)): Path<(String, String)>,
) -> Result<Response, Fault> {
    let id = allowed(&here, &job).await?;
    let rooms = &here.me.desk.rooms;
    rooms.events.try_again(&rooms.queue, &here.scope, id).await?;
    Ok(redirect(&format!("{}/jobs", here.path())))
}

/// The job, for those who might have asked for it: who may not publish may not stop it either.
async fn allowed<L: Least>(here: &In<L>, id: &str) -> Result<JobId, Fault> {
    let id = id.parse().map_err(|_| Fault::NotFound)?;
    let record = here.me.desk.rooms.queue.get(&here.scope, id).await?;
    if here.scope.role() < events::least_role(&record.kind) {
        return Err(Fault::forbidden("Only admins may stop or repeat this. Ask one of them."));
    }
    Ok(id)
}
