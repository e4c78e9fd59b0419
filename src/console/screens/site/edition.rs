//! One edition: what its build did and said, and what it holds that another does not.

use poem::web::{Path, Query};
use poem::{Response, handler};
use serde::{Deserialize, Serialize};

use crate::base::Window;
use crate::console::fault::Fault;
use crate::console::refused::sentence;
use crate::console::screens::org::Names;
use crate::console::view::values;
use crate::console::who::{At, Member};
use crate::publishing::{Changes, Differing, Edition, EditionId, EditionState, FileDiff};

/// Editions that are offered to be compared with; others by their address.
const OFFERED: u64 = 50;

#[derive(Deserialize)]
pub(in crate::console) struct Asked {
    /// The edition to compare with.
    #[serde(default)]
    with: String,
}

#[derive(Serialize)]
struct Shown {
    id: EditionId,
    number: i64,
    state: &'static str,
    is_live: bool,
    go_live: bool,
    files: i64,
    bytes: i64,
    written: i64,
    duration_ms: i64,
    who: String,
    reason: String,
    faults: Vec<String>,
    warnings: Vec<String>,
    created_at: i64,
    live_at: Option<i64>,
}

impl Shown {
    fn of(edition: Edition, live: Option<&str>, names: &Names) -> Shown {
        Shown {
            is_live: live == Some(edition.id.to_string().as_str()),
            id: edition.id,
            number: edition.number,
            state: edition.state.as_str(),
            go_live: edition.go_live,
            files: edition.files,
            bytes: edition.bytes,
            written: edition.written,
            duration_ms: edition.duration_ms,
            who: names.name(&edition.actor),
            reason: edition.reason,
            faults: edition.error.iter().flat_map(|error| error.lines()).map(sentence).collect(),
            warnings: edition.warnings,
            created_at: edition.created_at,
            live_at: Some(edition.live_at).filter(|at| *at > 0),
        }
    }
}

/// Files that differ in one way.
#[derive(Serialize)]
struct Group {
    name: &'static str,
    tone: &'static str,
    count: u64,
    files: Vec<File>,
}

#[derive(Serialize)]
struct File {
    path: String,
    before: Option<i64>,
    after: Option<i64>,
    redirect: Option<String>,
}

fn groups(changes: Changes) -> Vec<Group> {
    let length = |bytes: u64| i64::try_from(bytes).unwrap_or(i64::MAX);
    let file = |file: FileDiff| File {
        path: file.path,
        before: file.before.map(length),
        after: file.after.map(length),
        redirect: file.redirect,
    };
    let group = |name, tone, differing: Differing| Group {
        name,
        tone,
        count: differing.count,
        files: differing.files.into_iter().map(file).collect(),
    };
    vec![
        group("Added", "good", changes.added),
        group("Changed", "warn", changes.changed),
        group("Removed", "bad", changes.removed),
    ]
}

/// An edition to compare with.
#[derive(Serialize)]
struct Offered {
    id: EditionId,
    number: i64,
}

#[handler]
pub(in crate::console) async fn show(
    at: At<Member>,
    Path((_, _, id)): Path<(String, String, String)>,
    Query(asked): Query<Asked>,
) -> Result<Response, Fault> {
    let publishing = &at.here.me.desk.rooms.publishing;
    let id: EditionId = id.parse().map_err(|_| Fault::NotFound)?;
    let edition = publishing.edition(&at.scope, id).await?;
    let is_ready = edition.state == EditionState::Ready;
    let other = match asked.with.as_str() {
        "" if is_ready => publishing.before(&at.scope, &edition).await?,
        "" => None,
        with => {
            let with = with.parse().map_err(|_| Fault::NotFound)?;
            Some(publishing.edition(&at.scope, with).await?)
        }
    };
    let other = other.map(|other| Offered { id: other.id, number: other.number });
    let groups = match is_ready {
        true => groups(publishing.compare(&at.scope, other.as_ref().map(|other| other.id), id).await?),
        false => Vec::new(),
    };
    let (found, _) = publishing.window(&at.scope, &Window::newest(OFFERED)).await?;
    let is_offered = |other: &Edition| other.state == EditionState::Ready && other.id != id;
    let offered = found.into_iter().filter(is_offered);
    let offered: Vec<Offered> = offered.map(|other| Offered { id: other.id, number: other.number }).collect();
    let names = Names::of(&at.here).await?;
    // Read after the edition: if it has gone live in between, that is shown.
    let live = at.here.me.desk.rooms.sites.get(&at.scope).await?.live_edition;
    let screen = values! {
        edition => Shown::of(edition, live.as_deref(), &names),
        other, groups, offered,
        path => format!("{}/editions/{id}", at.path()),
        publish_path => format!("{}/publish", at.path()),
    };
    at.here.me.desk.view.page("site/edition.html", &at.shell("publish").await?, screen)
}
