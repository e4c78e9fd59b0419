//! What is done with a page besides writing it.

use poem::web::Path;
use poem::{Response, handler};

use super::found;
use crate::console::door::redirect;
use crate::console::fault::Fault;
use crate::console::form::Posted;
use crate::console::screens::site::pages;
use crate::console::who::{Admin, At, Least, Member};
use crate::publishing::{Gate, Publish};

type Named = Path<(String, String, String)>;

/// Back to where the button stood: the list of pages, or the page itself.
fn back_from<L: Least>(at: &At<L>, posted: &Posted, page: &str, notice: &str) -> Response {
    match posted.text("from") {
        "list" => redirect(&pages::list_after(&at.path(), posted.text("state"), notice)),
        _ => back(at, page, notice),
    }
}

fn back<L: Least>(at: &At<L>, page: &str, notice: &str) -> Response {
    redirect(&format!("{}/pages/{page}?notice={notice}", at.path()))
}

#[handler]
pub(in crate::console) async fn generate(
    at: At<Member>,
    Path((_, _, page)): Named,
) -> Result<Response, Fault> {
    let found = found(&at, &page).await?;
    at.here.me.desk.rooms.pages.request_generation(&at.scope, found.id).await?;
    Ok(back(&at, &page, "page-asked"))
}

/// The revision that was looked at, and no newer one, goes into the next edition.
#[handler]
pub(in crate::console) async fn approve(
    at: At<Admin>,
    Path((_, _, page)): Named,
    posted: Posted,
) -> Result<Response, Fault> {
    let found = found(&at, &page).await?;
    let seen = posted.text("seen").parse().map_err(|_| Fault::NotFound)?;
    at.here.me.desk.rooms.publishing.approve(&at.scope, found.id, seen).await?;
    Ok(back(&at, &page, "page-approved"))
}

/// Approves the revision that was looked at and makes an edition with it.
#[handler]
pub(in crate::console) async fn publish(
    at: At<Admin>,
    Path((_, _, page)): Named,
    posted: Posted,
) -> Result<Response, Fault> {
    let found = found(&at, &page).await?;
    let seen = posted.text("seen").parse().map_err(|_| Fault::NotFound)?;
    let publishing = &at.here.me.desk.rooms.publishing;
    publishing.approve(&at.scope, found.id, seen).await?;
    let publish = Publish { pages: Vec::new(), reason: found.title, go_live: true, gate: Gate::Site };
    publishing.publish(&at.scope, publish).await?;
    Ok(redirect(&format!("{}/publish?notice=publishing", at.path())))
}

/// Plans the revision that was looked at for a time, which is given in UTC.
#[handler]
pub(in crate::console) async fn schedule(
    at: At<Admin>,
    Path((_, _, page)): Named,
    posted: Posted,
) -> Result<Response, Fault> {
    let found = found(&at, &page).await?;
    let seen = posted.text("seen").parse().map_err(|_| Fault::NotFound)?;
    let wrong = "Give the day and the time, such as 2026-12-01T08:00.";
    let time: jiff::civil::DateTime = posted
        .text("at")
        .parse()
        .map_err(|_| Fault::told(poem::http::StatusCode::UNPROCESSABLE_ENTITY, wrong))?;
    let time = jiff::tz::Offset::UTC
        .to_timestamp(time)
        .map_err(|_| Fault::told(poem::http::StatusCode::UNPROCESSABLE_ENTITY, wrong))?;
    at.here.me.desk.rooms.publishing.plan(&at.scope, found.id, seen, time).await?;
    Ok(back(&at, &page, "page-planned"))
}

#[handler]
pub(in crate::console) async fn unschedule(
    at: At<Admin>,
    Path((_, _, page)): Named,
) -> Result<Response, Fault> {
    let found = found(&at, &page).await?;
    at.here.me.desk.rooms.pages.end_plan(&at.scope, found.id, "asked for").await?;
    Ok(back(&at, &page, "page-unplanned"))
}

#[handler]
pub(in crate::console) async fn take_off(
    at: At<Admin>,
    Path((_, _, page)): Named,
    posted: Posted,
) -> Result<Response, Fault> {
    let found = found(&at, &page).await?;
    at.here.me.desk.rooms.publishing.unpublish(&at.scope, found.id).await?;
    Ok(back_from(&at, &posted, &page, "page-off"))
}

/// Puts a page away that readers don't have.
#[handler]
pub(in crate::console) async fn archive(
    at: At<Member>,
    Path((_, _, page)): Named,
    posted: Posted,
) -> Result<Response, Fault> {
    let found = found(&at, &page).await?;
    at.here.me.desk.rooms.pages.archive(&at.scope, found.id).await?;
    Ok(back_from(&at, &posted, &page, "page-archived"))
}

#[handler]
pub(in crate::console) async fn unarchive(
    at: At<Member>,
    Path((_, _, page)): Named,
    posted: Posted,
) -> Result<Response, Fault> {
    let found = found(&at, &page).await?;
    at.here.me.desk.rooms.pages.unarchive(&at.scope, found.id).await?;
    Ok(back_from(&at, &posted, &page, "page-unarchived"))
}

/// Lets a sentence stand without a source, with a reason.
#[handler]
pub(in crate::console) async fn waive(
    at: At<Admin>,
    Path((_, _, page)): Named,
    posted: Posted,
) -> Result<Response, Fault> {
    let found = found(&at, &page).await?;
    let seen = posted.text("seen").parse().map_err(|_| Fault::NotFound)?;
    let position = posted.text("position").parse().map_err(|_| Fault::NotFound)?;
    let why: String = posted.text("why").chars().take(500).collect();
    at.here.me.desk.rooms.pages.waive(&at.scope, found.id, (seen, position), &why).await?;
    Ok(redirect(&format!("{}/pages/{page}?tab=evidence&notice=claim-waived", at.path())))
}
