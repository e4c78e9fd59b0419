//! What is under way, live for those with script.

use std::time::Duration;

use bytes::Bytes;
use futures_util::{StreamExt, stream};
use poem::web::Query;
use poem::{Body, Response, handler};
use serde::Deserialize;

use super::jobs::{Line, kind_called};
use crate::console::Desk;
use crate::console::fault::Fault;
use crate::console::who::{In, Member};
use crate::queue::{Filter, JobId, QueueError, Record, State};
use crate::tenancy::OrgScope;

/// The most that a live display shows.
const MOST: u64 = 20;
/// A live display is brought up to date at most so often, and looks by itself as often as the second.
const CALM: Duration = Duration::from_millis(300);
const LOOK: Duration = Duration::from_secs(3);

/// What the page waits for: it is told of also where there is too much else to show.
#[derive(Deserialize)]
pub(in crate::console) struct Asked {
    wait: Option<JobId>,
    /// What the work is called.
    what: Option<String>,
}

/// What is under way, told anew whenever it moves (server-sent events), for as long as whoever asks may see it.
#[handler]
pub(in crate::console) async fn show(
    here: In<Member>,
    Query(asked): Query<Asked>,
) -> Result<Response, Fault> {
    let desk = here.me.desk.clone();
    let place = desk.rooms.limits.open_stream(here.scope.org())?;
    let (scope, session) = (here.scope, here.me.session.id);
    let (rooms, ticks) = (here.me.desk.clone(), desk.rooms.queue.progress());
    let begun = (ticks, None::<Vec<Line>>, place, asked);
    let told = stream::unfold(begun, move |(mut ticks, before, place, asked)| {
        let desk = desk.clone();
        async move {
            loop {
                let lines = under_way(&desk, &scope, &asked).await;
                if let Some(lines) = lines.filter(|lines| before.as_ref() != Some(lines)) {
                    let text = serde_json::to_string(&lines).unwrap_or_default();
                    let chunk = Bytes::from(format!("data: {text}\n\n"));
                    return Some((Ok::<_, std::io::Error>(chunk), (ticks, Some(lines), place, asked)));
                }
                tokio::time::sleep(CALM).await;
                let _ = tokio::time::timeout(LOOK, ticks.recv()).await;
            }
        }
    });
    let ended = async move {
        let rooms = &rooms.rooms;
        rooms.accounts.lasts(&scope, Some(session), None, rooms.stop.clone()).await;
    };
    let body = Body::from_bytes_stream(told.take_until(Box::pin(ended)));
    Ok(Response::builder().content_type("text/event-stream").body(body))
}

/// `None` where the database can't say: what is not told of would be taken for ended.
async fn under_way(desk: &Desk, scope: &OrgScope, asked: &Asked) -> Option<Vec<Line>> {
    let found = found(desk, scope, asked).await;
    let found =
        found.map_err(|error| tracing::warn!(target: "console", %error, "a live display waits")).ok()?;
    let now = desk.rooms.clock.millis();
    Some(found.into_iter().map(|record| Line::live(record, now)).collect())
}

async fn found(desk: &Desk, scope: &OrgScope, asked: &Asked) -> Result<Vec<Record>, QueueError> {
    let queue = &desk.rooms.queue;
    let mut found: Vec<Record> = Vec::new();
    let kind = asked.what.as_deref().and_then(kind_called);
    for state in [State::Running, State::Queued] {
        let all = Filter { state: Some(state), ..Filter::default() };
        found.extend(queue.list(scope, &all, MOST).await?);
        if let Some(kind) = kind
            && !found.iter().any(|known| known.kind == kind)
        {
            found.extend(queue.list(scope, &Filter { kind: Some(kind.to_owned()), ..all }, 1).await?);
        }
    }
    if let Some(id) = asked.wait
        && !found.iter().any(|known| known.id == id)
    {
        match queue.get(scope, id).await {
            Ok(waited) => found.extend(Some(waited).filter(|job| !job.state.is_final())),
            Err(QueueError::NotFound) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(found)
}
