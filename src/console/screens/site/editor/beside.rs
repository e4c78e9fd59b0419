//! What stands beside the text: the page as readers will see it, its health, its evidence, its data.

use poem::http::{HeaderValue, header};
use poem::web::Path;
use poem::{Response, handler};
use serde::Serialize;

use super::found;
use crate::console::fault::Fault;
use crate::console::form::Posted;
use crate::console::refused::Refused;
use crate::console::view::values;
use crate::console::who::{At, Least, Member};
use crate::pages::{Claim, ClaimState, Page};

/// What is looked at.
#[derive(Serialize)]
pub(super) struct Beside {
    tab: &'static str,
    health: Option<Health>,
    claims: Vec<Line>,
    /// The page's structured data, one text per block.
    json_ld: Vec<String>,
    /// Why there is nothing to see.
    wrong: String,
}

/// What the checks say.
#[derive(Serialize)]
struct Health {
    score: Option<i64>,
    findings: Vec<Found>,
    passed: usize,
}

#[derive(Serialize)]
struct Found {
    check: String,
    severity: String,
    why: String,
    fix: String,
    evidence: Vec<String>,
    points: String,
}

/// A sentence with what backs it.
#[derive(Serialize)]
struct Line {
    position: usize,
    sentence: String,
    state: ClaimState,
    quote: Option<String>,
    source: Option<String>,
}

const TABS: [&str; 4] = ["preview", "health", "evidence", "data"];

impl Beside {
    pub async fn of<L: Least>(at: &At<L>, page: &Page, tab: &str) -> Result<Beside, Fault> {
        let tab = TABS.into_iter().find(|known| *known == tab).unwrap_or("preview");
        let mut beside =
            Beside { tab, health: None, claims: Vec::new(), json_ld: Vec::new(), wrong: String::new() };
        if page.revision == 0 {
            return Ok(beside);
        }
        let rooms = &at.here.me.desk.rooms;
        match tab {
            "health" => match rooms.publishing.judge(&at.scope, page.id).await {
                Ok(judged) => beside.health = Some(health(judged)),
                Err(error) => beside.wrong = error.sentence()?,
            },
            "evidence" => {
                let claims = rooms.pages.claims(&at.scope, page.id).await?;
                beside.claims = claims.into_iter().enumerate().map(line).collect();
            }
            "data" => {
                let text = rooms.pages.text(&at.scope, page.id).await?;
                match rooms.publishing.json_ld(&at.scope, page.id, text.document).await {
                    Ok(blocks) => beside.json_ld = blocks.iter().map(|block| format!("{block:#}")).collect(),
                    Err(error) => beside.wrong = error.sentence()?,
                }
            }
            _ => {}
        }
        Ok(beside)
    }
}

fn health(judged: crate::publishing::Health) -> Health {
    let passed = judged.report.checks.iter().filter(|check| check.verdict == checks::Verdict::Pass).count();
    let found = |finding: checks::Finding| Found {
        check: finding.check,
        severity: format!("{:?}", finding.severity).to_lowercase(),
        why: finding.why,
        fix: finding.fix,
        evidence: finding.evidence.into_iter().take(5).collect(),
        points: format!("{:.1}", finding.points_to_win),
    };
    Health { score: judged.score, findings: judged.report.findings.into_iter().map(found).collect(), passed }
}

fn line((position, claim): (usize, Claim)) -> Line {
    Line {
        position,
        sentence: claim.sentence,
        state: claim.state,
        source: claim.span.as_ref().map(|span| span.source.to_string()),
        quote: claim.span.map(|span| span.quote),
    }
}

/// What may happen in the frame that shows a page: nothing. Its own style is in it, as the theme made it.
const FRAME: &str =
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'self'";

/// The text of the form as readers would see it, for the frame beside the editor.
#[handler]
pub(in crate::console) async fn look(
    at: At<Member>,
    Path((_, _, page)): Path<(String, String, String)>,
    posted: Posted,
) -> Result<Response, Fault> {
    let page = found(&at, &page).await?;
    framed(&at, &page, posted.document("document")).await
}

/// The saved text as readers would see it.
#[handler]
pub(in crate::console) async fn look_saved(
    at: At<Member>,
    Path((_, _, page)): Path<(String, String, String)>,
) -> Result<Response, Fault> {
    let page = found(&at, &page).await?;
    let text = at.here.me.desk.rooms.pages.text(&at.scope, page.id).await?;
    framed(&at, &page, text.document).await
}

async fn framed(at: &At<Member>, page: &Page, document: String) -> Result<Response, Fault> {
    let response = match at.here.me.desk.rooms.publishing.look(&at.scope, page.id, document).await {
        Ok(html) => Response::builder().header(header::CONTENT_TYPE, "text/html; charset=utf-8").body(html),
        Err(error) => {
            let wrong = error.sentence()?;
            at.here.me.desk.view.page("site/look_fault.html", &at.here.me.shell(), values! { wrong })?
        }
    };
    Ok(framed_as(response))
}

/// An answer for a frame.
pub(in crate::console::screens::site) fn framed_as(mut response: Response) -> Response {
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(FRAME));
    response
}
