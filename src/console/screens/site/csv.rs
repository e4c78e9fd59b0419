//! The site's tables as CSV.

use std::sync::Arc;

use poem::web::Query;
use poem::{Response, handler};

use super::pages::{Asked, filter};
use super::redirects::Asked as AskedOfRedirects;
use crate::base::Window;
use crate::console::csv::{PART, Part, answer, at as moment, maybe};
use crate::console::fault::Fault;
use crate::console::screens::org::Names;
use crate::console::who::{At, Member};
use crate::pages::{Page, SourceKind, SourceLine};
use crate::publishing::Edition;
use crate::sites::Redirect;

#[handler]
pub(in crate::console) async fn pages(at: At<Member>, Query(asked): Query<Asked>) -> Result<Response, Fault> {
    let (desk, scope, filter) = (at.here.me.desk.clone(), at.scope, Arc::new(filter(&asked)));
    let part = move |after| {
        let (desk, filter) = (desk.clone(), filter.clone());
        async move {
            let window = Window { limit: PART, after, before: None };
            let (found, has_more) = desk.rooms.pages.window(&scope, &filter, &window).await?;
            let next = found.last().filter(|_| has_more).map(|last| last.id);
            let row = |page: Page| {
                vec![
                    page.id.to_string(),
                    page.title,
                    page.path,
                    page.kind,
                    page.state.as_str().to_owned(),
                    maybe(page.health),
                    page.stale.to_string(),
                    page.revision.to_string(),
                    maybe(page.live_revision),
                ]
            };
            Ok(Part { rows: found.into_iter().map(row).collect(), next })
        }
    };
    let head = ["id", "title", "path", "kind", "state", "health", "stale", "revision", "live_revision"];
    answer(&format!("{}-pages", at.site.slug), &head, part).await
}

#[handler]
pub(in crate::console) async fn sources(at: At<Member>) -> Result<Response, Fault> {
    let (desk, scope) = (at.here.me.desk.clone(), at.scope);
    let part = move |after| {
        let desk = desk.clone();
        async move {
            let window = Window { limit: PART, after, before: None };
            let (found, has_more) = desk.rooms.pages.sources_window(&scope, &window).await?;
            let next = found.last().filter(|_| has_more).map(|last| last.id);
            let row = |source: SourceLine| {
                let kind = if source.kind == SourceKind::Url { "web" } else { "upload" };
                let (id, as_of) = (source.id.to_string(), moment(source.created_at));
                vec![id, source.title, source.address, kind.to_owned(), as_of]
            };
            Ok(Part { rows: found.into_iter().map(row).collect(), next })
        }
    };
    let head = ["id", "title", "address", "kind", "as_of"];
    answer(&format!("{}-sources", at.site.slug), &head, part).await
}

#[handler]
pub(in crate::console) async fn redirects(
    at: At<Member>,
    Query(asked): Query<AskedOfRedirects>,
) -> Result<Response, Fault> {
    let (desk, scope, words) = (at.here.me.desk.clone(), at.scope, Arc::new(asked.words()));
    let part = move |after| {
        let (desk, words) = (desk.clone(), words.clone());
        async move {
            let window = Window { limit: PART, after, before: None };
            let (found, has_more) =
                desk.rooms.sites.redirects(&scope, words.as_ref().as_ref(), &window).await?;
            let next = found.last().filter(|_| has_more).map(|last| last.id);
            let row = |redirect: Redirect| {
                let (id, status) = (redirect.id.to_string(), redirect.status.to_string());
                vec![id, redirect.path, redirect.target, status, moment(redirect.created_at)]
            };
            Ok(Part { rows: found.into_iter().map(row).collect(), next })
        }
    };
    answer(&format!("{}-redirects", at.site.slug), &["id", "from", "to", "status", "since"], part).await
}

#[handler]
pub(in crate::console) async fn editions(at: At<Member>) -> Result<Response, Fault> {
    let (desk, scope, live) = (at.here.me.desk.clone(), at.scope, at.site.live_edition.clone());
    let names = Arc::new(Names::of(&at.here).await?);
    let live = Arc::new(live);
    let part = move |after| {
        let (desk, names, live) = (desk.clone(), names.clone(), live.clone());
        async move {
            let window = Window { limit: PART, after, before: None };
            let (found, has_more) = desk.rooms.publishing.window(&scope, &window).await?;
            let next = found.last().filter(|_| has_more).map(|last| last.id);
            let row = |edition: Edition| {
                let id = edition.id.to_string();
                vec![
                    edition.number.to_string(),
                    (live.as_deref() == Some(id.as_str())).to_string(),
                    id,
                    edition.state.as_str().to_owned(),
                    edition.files.to_string(),
                    edition.bytes.to_string(),
                    edition.written.to_string(),
                    edition.duration_ms.to_string(),
                    names.name(&edition.actor),
                    edition.reason,
                    maybe(edition.error),
                    moment(edition.created_at),
                ]
            };
            Ok(Part { rows: found.into_iter().map(row).collect(), next })
        }
    };
    let head = [
        "number",
        "live",
        "id",
        "state",
        "files",
        "bytes",
        "new_files",
        "milliseconds",
        "asked_for_by",
        "why",
        "fault",
        "asked_for_at",
    ];
    answer(&format!("{}-editions", at.site.slug), &head, part).await
}
