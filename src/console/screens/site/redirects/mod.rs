//! Paths of the site that lead somewhere else: what readers get at each, one more, many at once.

mod many;

use poem::http::StatusCode;
use poem::web::{Path, Query};
use poem::{Response, handler};
use serde::{Deserialize, Serialize};

use self::many::{Line as Typed, Wrong};
use crate::base::Window;
use crate::console::door::redirect;
use crate::console::fault::Fault;
use crate::console::form::Posted;
use crate::console::refused::{Refused, sentence};
use crate::console::view::values;
use crate::console::who::{Admin, At, Least, Member};
use crate::db::Words;
use crate::publishing::{PublishError, Served};
use crate::sites::{NewRedirect, Redirect, RedirectId, SiteError};

/// Redirects of one page of the list.
const LINES: u64 = 50;
/// The most letters of a search.
const WORDS: usize = 100;

/// What of the list is wanted, and what the form holds: one that was deleted stands in it, to be put back.
#[derive(Default, Deserialize, Serialize)]
pub(in crate::console) struct Asked {
    #[serde(default)]
    q: String,
    after: Option<String>,
    #[serde(default)]
    from: String,
    #[serde(default)]
    to: String,
    #[serde(default)]
    status: String,
}

impl Asked {
    fn q(&self) -> String {
        self.q.trim().chars().filter(|letter| *letter != '\0').take(WORDS).collect()
    }

    /// What is looked for, if anything is.
    pub(super) fn words(&self) -> Option<Words> {
        let q = self.q();
        (!q.is_empty()).then(|| Words::new(&q))
    }
}

#[derive(Serialize)]
struct Line {
    id: RedirectId,
    from: String,
    to: String,
    status: u16,
    /// `live`, `waiting` or `shadowed`.
    state: &'static str,
    created_at: i64,
}

/// What went wrong, and the lines that it is about.
#[derive(Default, Serialize)]
struct Refusal {
    wrong: String,
    faults: Vec<Wrong>,
    /// The lines as they were pasted.
    lines: String,
}

#[handler]
pub(in crate::console) async fn show(at: At<Member>, Query(asked): Query<Asked>) -> Result<Response, Fault> {
    screen(&at, &asked, &Refusal::default()).await
}

async fn screen<L: Least>(at: &At<L>, asked: &Asked, refusal: &Refusal) -> Result<Response, Fault> {
    let rooms = &at.here.me.desk.rooms;
    let edge = asked.after.as_deref().map(str::parse).transpose().map_err(|_| Fault::NotFound)?;
    let window = Window { limit: LINES, after: edge, before: None };
    let (q, words) = (asked.q(), asked.words());
    let (found, has_more) = rooms.sites.redirects(&at.scope, words.as_ref(), &window).await?;
    let served = rooms.publishing.served(&at.scope, &found).await?;
    let lines: Vec<Line> = found.into_iter().zip(served).map(Line::from).collect();
    let path = format!("{}/redirects", at.path());
    let csv_path = {
        let mut query = url::form_urlencoded::Serializer::new(format!("{path}.csv?"));
        query
            .extend_pairs((!q.is_empty()).then_some(("q", q.as_str())))
            .finish()
            .trim_end_matches('?')
            .to_owned()
    };
    let link = |edge: Option<&Line>| {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.extend_pairs((!q.is_empty()).then_some(("q", q.as_str())));
        query.extend_pairs(edge.map(|line| ("after", line.id.to_string())));
        format!("{path}?{}", query.finish())
    };
    let page = values! {
        asked, q, path, csv_path,
        older => lines.last().filter(|_| has_more).map(|last| link(Some(last))),
        newest => edge.map(|_| link(None)),
        some_wait => lines.iter().any(|line| line.state == "waiting"),
        lines,
        wrong => refusal.wrong,
        faults => refusal.faults,
        pasted => refusal.lines,
    };
    at.here.me.desk.view.page("site/redirects.html", &at.shell("redirects").await?, page)
}

impl From<(Redirect, Served)> for Line {
    fn from((redirect, served): (Redirect, Served)) -> Line {
        Line {
            id: redirect.id,
            from: redirect.path,
            to: redirect.target,
            status: redirect.status,
            state: match served {
                Served::Live => "live",
                Served::Waiting => "waiting",
                Served::Shadowed => "shadowed",
            },
            created_at: redirect.created_at,
        }
    }
}

async fn again(at: &At<Admin>, asked: &Asked, refusal: &Refusal) -> Result<Response, Fault> {
    let mut response = screen(at, asked, refusal).await?;
    response.set_status(StatusCode::UNPROCESSABLE_ENTITY);
    Ok(response)
}

#[handler]
pub(in crate::console) async fn add(at: At<Admin>, posted: Posted) -> Result<Response, Fault> {
    let text = |name| posted.text(name).to_owned();
    let asked = Asked { from: text("from"), to: text("to"), status: text("status"), ..Asked::default() };
    let status = if asked.status == "308" { 308 } else { 301 };
    let new = NewRedirect { from: asked.from.clone(), to: asked.to.clone(), status };
    let error = match at.here.me.desk.rooms.publishing.add_redirects(&at.scope, &[new]).await {
        Ok(_) => return Ok(added(&at)),
        Err(error) => error,
    };
    let wrong = match error {
        // Each its own sentence.
        PublishError::Site(SiteError::Redirects(faults)) => {
            faults.iter().map(|(_, fault)| sentence(&fault.to_string())).collect::<Vec<_>>().join(" ")
        }
        other => other.sentence()?,
    };
    again(&at, &asked, &Refusal { wrong, ..Refusal::default() }).await
}

fn added(at: &At<Admin>) -> Response {
    redirect(&format!("{}/redirects?notice=redirect-added", at.path()))
}

/// All of the pasted lines or none; every fault is told with its line.
#[handler]
pub(in crate::console) async fn add_many(at: At<Admin>, posted: Posted) -> Result<Response, Fault> {
    let pasted = posted.document("lines");
    let lines = many::lines(&pasted);
    let refused = |wrong: String, faults| Refusal { wrong, faults, lines: pasted.clone() };
    if lines.is_empty() || lines.len() > many::MOST {
        let wrong = match lines.len() {
            0 => "Paste at least one line: the old path, a space, and where it leads now.".to_owned(),
            n => format!(
                "These are {n} lines. Paste {} at once at most, and the others after them.",
                many::MOST
            ),
        };
        return again(&at, &Asked::default(), &refused(wrong, Vec::new())).await;
    }
    let new: Vec<NewRedirect> = lines.iter().map(Typed::redirect).collect();
    let told = match at.here.me.desk.rooms.publishing.add_redirects(&at.scope, &new).await {
        Ok(_) => return Ok(added(&at)),
        Err(PublishError::Site(SiteError::Redirects(told))) => told,
        Err(other) => return again(&at, &Asked::default(), &refused(other.sentence()?, Vec::new())).await,
    };
    let faults = many::faults(&lines, &told);
    let wrong = match faults.len() {
        1 => "Nothing was added: there is a fault in one line.".to_owned(),
        n => format!("Nothing was added: there are {n} faults."),
    };
    again(&at, &Asked::default(), &refused(wrong, faults)).await
}

#[handler]
pub(in crate::console) async fn delete(
    at: At<Admin>,
    Path((_, _, id)): Path<(String, String, String)>,
) -> Result<Response, Fault> {
    let id = id.parse().map_err(|_| Fault::NotFound)?;
    let sites = &at.here.me.desk.rooms.sites;
    let found = sites.redirect(&at.here.scope, id).await?;
    let (scope, gone) = found.filter(|(scope, _)| scope.site() == at.scope.site()).ok_or(Fault::NotFound)?;
    if !sites.delete_redirect(&scope, &gone).await? {
        return Err(Fault::NotFound);
    }
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.append_pair("from", &gone.path).append_pair("to", &gone.target);
    query.append_pair("status", &gone.status.to_string()).append_pair("notice", "redirect-deleted");
    Ok(redirect(&format!("{}/redirects?{}", at.path(), query.finish())))
}
