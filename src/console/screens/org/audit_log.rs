//! What happened, by whom, newest first.

use poem::web::Query;
use poem::{Response, handler};
use serde::{Deserialize, Serialize};

use super::Names;
use crate::console::fault::Fault;
use crate::console::view::values;
use crate::console::who::{Admin, In};
use crate::events::Event;

/// Lines of one page.
const LINES: u64 = 50;

#[derive(Deserialize)]
pub(in crate::console) struct Asked {
    before: Option<i64>,
}

/// An event in words.
#[derive(Serialize)]
pub(super) struct Happening {
    seq: i64,
    at: i64,
    who: String,
    what: &'static str,
    kind: String,
    subject: String,
    /// What else the event holds, as JSON; empty where it holds nothing.
    more: String,
}

pub(super) fn happenings(events: Vec<Event>, names: &Names) -> Vec<Happening> {
    let happening = |event: Event| Happening {
        seq: event.seq,
        at: event.at,
        who: names.name(&event.actor),
        what: said(&event.kind),
        more: if event.data.as_object().is_some_and(serde_json::Map::is_empty) {
            String::new()
        } else {
            event.data.to_string()
        },
        kind: event.kind,
        subject: event.subject,
    };
    events.into_iter().map(happening).collect()
}

#[handler]
pub(in crate::console) async fn show(here: In<Admin>, Query(asked): Query<Asked>) -> Result<Response, Fault> {
    let names = Names::of(&here).await?;
    let mut events = here.me.desk.rooms.events.latest(&here.scope, asked.before, LINES + 1).await?;
    let has_older = events.len() as u64 > LINES;
    events.truncate(usize::try_from(LINES).unwrap_or(usize::MAX));
    let older = events
        .last()
        .filter(|_| has_older)
        .map(|last| format!("{}/audit-log?before={}", here.path(), last.seq));
    let newest = asked.before.map(|_| format!("{}/audit-log", here.path()));
    let page = values! { lines => happenings(events, &names), older, newest };
    here.me.desk.view.page("org/audit_log.html", &here.shell("log").await?, page)
}

/// The words for a kind of event, after "who".
pub(super) fn said(kind: &str) -> &'static str {
    match kind {
        "org.founded" => "founded the organisation",
        "org.renamed" => "renamed the organisation",
        "member.invited" => "invited somebody",
        "member.joined" => "joined",
        "member.role" => "changed a role",
        "member.removed" => "took a member out",
        "account.linked" => "linked a sign-in of the provider",
        "account.unlinked" => "took a sign-in of the provider off",
        "invitation.withdrawn" => "withdrew an invitation",
        "api_key.created" => "made an API key",
        "api_key.revoked" => "ended an API key",
        "site.created" => "made a site",
        "site.settings" | "site.updated" => "changed a site's settings",
        "source.added" => "added a source",
        "source.changed" => "brought a source up to date",
        "sources.crawled" => "read a website",
        "page.created" => "made a page",
        "page.revised" | "page.written" => "wrote a page",
        "page.generated" => "generated a page",
        "page.submitted" => "submitted a page for review",
        "page.published" => "approved a page",
        "page.unpublished" => "took a page off",
        "page.archived" => "put a page into the archive",
        "page.unarchived" => "took a page out of the archive",
        "claim.waived" => "let a sentence stand without a source",
        "site.gate" => "changed the health that pages need",
        "site.moved" => "gave a site another canonical host",
        "domain.created" => "added a domain",
        "domain.verified" => "saw that a domain is proved",
        "domain.lost" => "missed a domain's record",
        "domain.failed" => "gave up serving a domain",
        "domain.deleted" => "deleted a domain",
        "redirect.created" => "made redirects",
        "redirect.deleted" => "deleted a redirect",
        "org.export_requested" => "asked for an archive of everything",
        "org.exported" => "made an archive of everything",
        "job.cancelled" => "called a job off",
        "job.retried" => "had a job tried again",
        "edition.requested" => "asked for an edition",
        "edition.live" => "made an edition live",
        "edition.failed" => "could not build an edition",
        "flag.set" => "switched something for the organisation",
        "webhook.created" => "made a webhook",
        "webhook.updated" => "changed a webhook",
        "webhook.switched_on" => "switched a webhook on",
        "webhook.switched_off" => "switched a webhook off",
        "webhook.secret_rotated" => "gave a webhook a new secret",
        "webhook.deleted" => "deleted a webhook",
        _ => "did something",
    }
}
