//! Editions: what is live, what was, and what is being built.

use poem::http::StatusCode;
use poem::web::{Path, Query};
use poem::{Response, handler};
use serde::{Deserialize, Serialize};

use crate::base::Window;
use crate::console::door::redirect;
use crate::console::fault::Fault;
use crate::console::form::Posted;
use crate::console::refused::{Refused, sentence};
use crate::console::screens::org::Names;
use crate::console::view::values;
use crate::console::who::{Admin, At, Least, Member};
use crate::publishing::{Edition, EditionId, Gate, Publish};

/// Editions of one page of the list.
const LINES: u64 = 20;

#[derive(Deserialize)]
pub(in crate::console) struct Asked {
    after: Option<String>,
}

#[derive(Serialize)]
struct Line {
    id: EditionId,
    number: i64,
    state: &'static str,
    is_live: bool,
    files: i64,
    bytes: i64,
    written: i64,
    duration_ms: i64,
    who: String,
    reason: String,
    /// The first fault of one that failed.
    fault: Option<String>,
    more_faults: usize,
    warnings: usize,
    created_at: i64,
}

#[handler]
pub(in crate::console) async fn show(at: At<Member>, Query(asked): Query<Asked>) -> Result<Response, Fault> {
    screen(&at, asked.after.as_deref(), "").await
}

async fn screen<L: Least>(at: &At<L>, after: Option<&str>, wrong: &str) -> Result<Response, Fault> {
    let rooms = &at.here.me.desk.rooms;
    let edge = after.map(str::parse).transpose().map_err(|_| Fault::NotFound)?;
    let window = Window { limit: LINES, after: edge, before: None };
    let (found, has_more) = rooms.publishing.window(&at.scope, &window).await?;
    // Read after the editions: one that has gone live in between is shown so.
    let live = rooms.sites.get(&at.scope).await?.live_edition;
    let (names, live) = (Names::of(&at.here).await?, live.as_deref());
    let line = |edition: Edition| Line {
        is_live: live == Some(edition.id.to_string().as_str()),
        id: edition.id,
        number: edition.number,
        state: edition.state.as_str(),
        files: edition.files,
        bytes: edition.bytes,
        written: edition.written,
        duration_ms: edition.duration_ms,
        who: names.name(&edition.actor),
        reason: edition.reason,
        fault: edition.error.as_deref().and_then(|error| error.lines().next()).map(sentence),
        more_faults: edition.error.as_deref().map_or(0, |error| error.lines().count().saturating_sub(1)),
        warnings: edition.warnings.len(),
        created_at: edition.created_at,
    };
    let lines: Vec<Line> = found.into_iter().map(line).collect();
    let host = rooms.sites.canonical_host(&at.scope).await?;
    let url = host.map_or_else(String::new, |host| rooms.address.of(host.as_str()));
    let counts = rooms.pages.counts(&at.scope).await?;
    let path = format!("{}/publish", at.path());
    let older = lines.last().filter(|_| has_more).map(|last| format!("{path}?after={}", last.id));
    let page = values! {
        lines, path, older, url, wrong,
        newest => after.map(|_| path.clone()),
        site_path => at.path(),
        is_live => live.is_some(),
        building => lines.iter().find(|line| line.state == "queued").map(|line| line.id.to_string()),
        review => counts.by_state.get("review").copied().unwrap_or_default(),
        published => counts.by_state.get("published").copied().unwrap_or_default(),
    };
    at.here.me.desk.view.page("site/publish.html", &at.shell("publish").await?, page)
}

/// An edition with what is approved.
#[handler]
pub(in crate::console) async fn publish(at: At<Admin>, posted: Posted) -> Result<Response, Fault> {
    let (reason, go_live) = (posted.text("reason").chars().take(500).collect(), posted.text("how") != "look");
    let publish = Publish { pages: Vec::new(), reason, go_live, gate: Gate::Site };
    match at.here.me.desk.rooms.publishing.publish(&at.scope, publish).await {
        Ok(_) => Ok(redirect(&format!("{}/publish?notice=publishing", at.path()))),
        Err(error) => {
            let wrong = error.sentence()?;
            let mut response = screen(&at, None, &wrong).await?;
            response.set_status(StatusCode::UNPROCESSABLE_ENTITY);
            Ok(response)
        }
    }
}

/// To the edition as readers would see it, at a signed address of its own host.
#[handler]
pub(in crate::console) async fn preview(
    at: At<Member>,
    Path((_, _, edition)): Path<(String, String, String)>,
) -> Result<Response, Fault> {
    let id = edition.parse().map_err(|_| Fault::NotFound)?;
    Ok(redirect(&at.here.me.desk.rooms.publishing.preview_address(&at.scope, id).await?))
}

/// Makes an edition the live one: an older one too.
#[handler]
pub(in crate::console) async fn activate(
    at: At<Admin>,
    Path((_, _, edition)): Path<(String, String, String)>,
) -> Result<Response, Fault> {
    let id = edition.parse().map_err(|_| Fault::NotFound)?;
    at.here.me.desk.rooms.publishing.activate(&at.scope, id).await?;
    Ok(redirect(&format!("{}/publish?notice=rolled-back", at.path())))
}
