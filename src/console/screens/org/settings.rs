//! The organisation itself: its name, everything of it to take along, and its end.

use futures_util::{StreamExt, TryStreamExt};
use poem::http::{StatusCode, header};
use poem::web::Path;
use poem::{Body, Response, handler};
use serde::Serialize;

use super::Names;
use crate::console::door::redirect;
use crate::console::fault::Fault;
use crate::console::form::Posted;
use crate::console::refused::Refused;
use crate::console::view::values;
use crate::console::who::{Admin, In, Least, Member, Owner};
use crate::departures::{Download, Export, ExportState};
use crate::tenancy::Role;

/// An export in the list.
#[derive(Serialize)]
struct Line {
    id: String,
    who: String,
    state: &'static str,
    created_at: i64,
    is_ready: bool,
    is_under_way: bool,
}

#[handler]
pub(in crate::console) async fn show(here: In<Member>) -> Result<Response, Fault> {
    let name = here.org.name.clone();
    screen(&here, &name, "").await
}

async fn screen<L: Least>(here: &In<L>, name: &str, wrong: &str) -> Result<Response, Fault> {
    let mut exports: Vec<Line> = Vec::new();
    if here.scope.role() >= Role::Admin {
        let names = Names::of(here).await?;
        let line = |export: Export| Line {
            id: export.id.to_string(),
            who: names.name(&export.actor),
            state: export.state.as_str(),
            created_at: export.created_at,
            is_ready: export.state == ExportState::Ready,
            is_under_way: export.state == ExportState::Queued,
        };
        exports.extend(here.me.desk.rooms.departures.exports(&here.scope).await?.into_iter().map(line));
    }
    let awaited = exports.iter().find(|export| export.is_under_way).map(|export| export.id.clone());
    let page = values! { name, wrong, exports, awaited, id => here.org.id, slug => here.org.slug };
    here.me.desk.view.page("org/settings.html", &here.shell("settings").await?, page)
}

async fn again<L: Least>(here: &In<L>, name: &str, wrong: &str) -> Result<Response, Fault> {
    let mut response = screen(here, name, wrong).await?;
    response.set_status(StatusCode::UNPROCESSABLE_ENTITY);
    Ok(response)
}

#[handler]
pub(in crate::console) async fn rename(here: In<Admin>, posted: Posted) -> Result<Response, Fault> {
    let name = posted.text("name");
    match here.me.desk.rooms.accounts.rename(&here.scope, name).await {
        Ok(()) => Ok(redirect(&format!("{}/settings?notice=org-renamed", here.path()))),
        Err(error) => again(&here, name, &error.sentence()?).await,
    }
}

/// Asks for everything of the organisation as an archive.
#[handler]
pub(in crate::console) async fn request_export(here: In<Admin>) -> Result<Response, Fault> {
    here.me.desk.rooms.departures.request_export(&here.scope).await?;
    Ok(redirect(&format!("{}/settings?notice=export-asked", here.path())))
}

#[handler]
pub(in crate::console) async fn download(
    here: In<Admin>,
    Path((_, export)): Path<(String, String)>,
) -> Result<Response, Fault> {
    let id = export.parse().map_err(|_| Fault::NotFound)?;
    let Download { name, len, content } = here.me.desk.rooms.departures.download(&here.scope, id).await?;
    let file = format!("attachment; filename=\"{name}\"");
    let response =
        Response::builder().content_type("application/zip").header(header::CONTENT_DISPOSITION, file);
    let body = Body::from_bytes_stream(content.map_err(std::io::Error::other).boxed());
    Ok(response.header(header::CONTENT_LENGTH, len).body(body))
}

/// The end: whoever types the name means it.
#[handler]
pub(in crate::console) async fn delete(here: In<Owner>, posted: Posted) -> Result<Response, Fault> {
    match here.me.desk.rooms.departures.delete(&here.scope, posted.text("typed")).await {
        Ok(()) => Ok(redirect("/console/orgs?notice=org-deleted")),
        Err(error) => again(&here, &here.org.name, &error.sentence()?).await,
    }
}
