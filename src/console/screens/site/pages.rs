//! The site's pages: by state, by words, approved together.

use poem::http::StatusCode;
use poem::web::Query;
use poem::{Response, handler};
use serde::{Deserialize, Serialize};

use crate::base::Window;
use crate::console::door::redirect;
use crate::console::fault::Fault;
use crate::console::form::Posted;
use crate::console::refused::Refused;
use crate::console::view::values;
use crate::console::who::{Admin, At, Least, Member};
use crate::pages::{Page, PageFilter, PageId, PageState};
use crate::publishing::{Gate, Publish};

/// Pages of one page of the list.
const LINES: u64 = 50;
/// The most letters of a search.
const WORDS: usize = 100;

/// What of the list is wanted: all of it stands in the address.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
pub(in crate::console) struct Asked {
    #[serde(default)]
    state: String,
    #[serde(default)]
    q: String,
    after: Option<String>,
    before: Option<String>,
}

#[derive(Serialize)]
struct Line {
    id: PageId,
    title: String,
    path: String,
    kind: String,
    state: PageState,
    health: Option<i64>,
    stale: bool,
    revision: i64,
    /// Whether readers see an older text than the newest.
    is_ahead: bool,
    /// Whether readers have it, with this edition or the next.
    is_out: bool,
}

impl From<Page> for Line {
    fn from(page: Page) -> Line {
        Line {
            is_out: page.live_revision.is_some(),
            is_ahead: page.live_revision.is_some_and(|live| live < page.revision),
            id: page.id,
            title: page.title,
            path: page.path,
            kind: page.kind,
            state: page.state,
            health: page.health,
            stale: page.stale,
            revision: page.revision,
        }
    }
}

/// A tab of the list.
#[derive(Serialize)]
struct Tab {
    word: &'static str,
    name: &'static str,
    count: u64,
}

const STATES: [(&str, &str); 4] =
    [("draft", "Drafts"), ("review", "In review"), ("published", "Published"), ("archived", "Archived")];

#[handler]
pub(in crate::console) async fn from_site(at: At<Member>) -> Response {
    redirect(&format!("{}/pages", at.path()))
}

#[handler]
pub(in crate::console) async fn show(at: At<Member>, Query(asked): Query<Asked>) -> Result<Response, Fault> {
    screen(&at, &asked, "").await
}

async fn screen<L: Least>(at: &At<L>, asked: &Asked, wrong: &str) -> Result<Response, Fault> {
    let rooms = &at.here.me.desk.rooms;
    let counts = rooms.pages.counts(&at.scope).await?;
    let count = |word: &str| counts.by_state.get(word).copied().unwrap_or_default();
    let mut tabs = vec![Tab { word: "", name: "All", count: counts.by_state.values().sum() }];
    tabs.extend(STATES.map(|(word, name)| Tab { word, name, count: count(word) }));
    tabs.push(Tab { word: "stale", name: "Stale", count: counts.stale });
    let edge =
        |text: &Option<String>| text.as_deref().map(str::parse).transpose().map_err(|_| Fault::NotFound);
    let window = Window { limit: LINES, after: edge(&asked.after)?, before: edge(&asked.before)? };
    let (found, has_more) = rooms.pages.window(&at.scope, &filter(asked), &window).await?;
    let lines: Vec<Line> = found.into_iter().map(Line::from).collect();
    let forwards = asked.before.is_some();
    let id = |line: Option<&Line>| line.map(|line| line.id.to_string());
    let older = if has_more || forwards { id(lines.last()) } else { None };
    let newer = if asked.after.is_some() || (forwards && has_more) { id(lines.first()) } else { None };
    let path = format!("{}/pages", at.path());
    let link = |edge: Option<String>, name: &str| edge.map(|edge| address(&path, asked, &[(name, &edge)]));
    let page = values! {
        tabs, lines, asked, path, wrong,
        table => address(&format!("{path}.csv"), asked, &[]),
        older => link(older, "after"),
        newer => link(newer, "before"),
        total => counts.by_state.values().sum::<u64>(),
    };
    at.here.me.desk.view.page("site/pages.html", &at.shell("pages").await?, page)
}

pub(super) fn filter(asked: &Asked) -> PageFilter {
    let words: String = asked.q.trim().chars().filter(|letter| *letter != '\0').take(WORDS).collect();
    let words = Some(words).filter(|words| !words.is_empty());
    let state = [
        PageState::Draft,
        PageState::Review,
        PageState::Scheduled,
        PageState::Published,
        PageState::Archived,
    ];
    let state = state.into_iter().find(|state| state.as_str() == asked.state);
    PageFilter { state, stale: (asked.state == "stale").then_some(true), words }
}

/// The list of a site after something was done with one of its pages, with the tab that was looked at.
pub(super) fn list_after(site: &str, tab: &str, notice: &str) -> String {
    let known = STATES.iter().map(|(word, _)| *word).chain(["stale"]).find(|word| *word == tab);
    let tab = known.map_or_else(String::new, |tab| format!("state={tab}&"));
    format!("{site}/pages?{tab}notice={notice}")
}

/// The address of another part of the same list.
fn address(path: &str, asked: &Asked, edge: &[(&str, &str)]) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    for (name, value) in [("state", asked.state.as_str()), ("q", asked.q.as_str())] {
        if !value.is_empty() {
            query.append_pair(name, value);
        }
    }
    query.extend_pairs(edge);
    format!("{path}?{}", query.finish())
}

/// Approves the ticked pages and publishes them in one edition.
#[handler]
pub(in crate::console) async fn approve(at: At<Admin>, posted: Posted) -> Result<Response, Fault> {
    let ids: Result<Vec<PageId>, _> = posted.all("page").map(str::parse).collect();
    let pages = ids.map_err(|_| Fault::NotFound)?;
    let wrong = if pages.is_empty() {
        "Tick the pages that are to be published.".to_owned()
    } else {
        let reason = match pages.len() {
            1 => "one page".to_owned(),
            n => format!("{n} pages"),
        };
        let publish = Publish { pages, reason, go_live: true, gate: Gate::Site };
        match at.here.me.desk.rooms.publishing.publish(&at.scope, publish).await {
            Ok(_) => return Ok(redirect(&format!("{}/publish?notice=publishing", at.path()))),
            Err(error) => error.sentence()?,
        }
    };
    let mut response = screen(&at, &Asked::default(), &wrong).await?;
    response.set_status(StatusCode::UNPROCESSABLE_ENTITY);
    Ok(response)
}
