//! Every address of the console with another organisation's things, and as each role. The addresses are read from the
//! sources: one that is added is walked, or the walk says that it does not know how.

use std::collections::BTreeMap;

use super::rig::{Shown, Visitor};
use crate::dns::server::NameServer;
use crate::publishing::rig::Rig;

/// A route: its path with parameters, and whether it takes a form.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Door {
    path: String,
    is_post: bool,
}

/// Where nobody listens to what is sent, and nobody but the test answers for names.
async fn rig() -> (Rig, NameServer) {
    let names = NameServer::start().await;
    let change = |settings: &mut citepress::config::Settings| {
        settings.crawl.allow.push("127.0.0.1:9".parse().unwrap());
        settings.dns.servers.push(names.address);
    };
    let rig = Rig::working(change).await;
    (rig, names)
}

/// Everything below an organisation.
fn doors() -> Vec<Door> {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/console/screens");
    let mut doors = Vec::new();
    for file in ["org/mod.rs", "site/mod.rs"] {
        let text = std::fs::read_to_string(root.join(file)).unwrap();
        let text: String = text.split_whitespace().collect();
        for route in text.split(".at(\"").skip(1) {
            let (path, handlers) = route.split_once("\",").unwrap();
            let door = |is_post| Door { path: format!("/console{path}"), is_post };
            doors.extend(handlers.contains("get(").then(|| door(false)));
            doors.extend(handlers.contains("post(").then(|| door(true)));
        }
    }
    assert!(doors.len() > 40, "the console has more addresses than {doors:?}");
    doors
}

/// One of each thing that an address can name.
type Things = BTreeMap<&'static str, String>;

fn filled(door: &Door, things: &Things) -> String {
    let part = |part: &str| match part.strip_prefix(':') {
        None => part.to_owned(),
        Some(name) => things
            .get(name)
            .unwrap_or_else(|| panic!("the walk does not know \":{name}\" of {door:?}"))
            .clone(),
    };
    door.path.split('/').map(part).collect::<Vec<_>>().join("/")
}

/// Fields that get a form past its reading; what it then refuses is another story.
const FIELDS: &[(&str, &str)] = &[
    ("seen", "1"),
    ("position", "0"),
    ("role", "member"),
    ("why", "a test"),
    ("name", "Some name"),
    ("title", "Some title"),
    ("document", "+++\ntitle = \"T\"\n+++\ntext\n"),
    ("gate", "50"),
    ("settings", "title = \"T\"\n"),
    ("how", "hand"),
    ("from", "/elsewhere"),
    ("to", "/new"),
    ("lines", "/many /new"),
];

async fn knock(visitor: &Visitor, door: &Door, path: &str, fields: &[(&str, &str)]) -> Shown {
    if !door.is_post {
        return visitor.get(path).await;
    }
    let account = visitor.get("/console/account").await.page();
    let token = account.attributes("[name=form_token]", "value").remove(0);
    let mut sent = vec![("form_token".to_owned(), token)];
    sent.extend(fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    visitor.post(path, &sent).await
}

/// An organisation with one of each thing, and its owner.
async fn furnished(rig: &Rig, owner: &Visitor, org: &str, email: &str) -> Things {
    let base = format!("/console/o/{org}");
    let form = owner.get(&format!("{base}/sites/new")).await.page();
    let site = format!("site-of-{org}");
    owner.submit(&form, "/sites/new", &[("title", "Site"), ("slug", &site)]).await.redirect();
    let sources = owner.get(&format!("{base}/s/{site}/sources")).await.page();
    let token = sources.attributes("[name=form_token]", "value").remove(0);
    let text = ["form_token", &token, "title", "Facts", "text", "Some facts."].map(str::to_owned);
    let fields: Vec<_> = text.chunks(2).map(|pair| (pair[0].clone(), pair[1].clone())).collect();
    owner.post(&format!("{base}/s/{site}/sources"), &fields).await.redirect();
    let source = last(
        &owner.get(&format!("{base}/s/{site}/sources")).await.page().attributes("td a.title", "href")[0],
    );
    let form = owner.get(&format!("{base}/s/{site}/pages/new")).await.page();
    let page = owner.submit(&form, "/pages/new", &[("title", "Page"), ("how", "hand")]).await.redirect();
    let page = last(page.split('?').next().unwrap());
    let form = owner.get(&format!("{base}/s/{site}/publish")).await.page();
    owner.submit(&form, "/publish", &[]).await.redirect();
    let built = owner.until(&format!("{base}/s/{site}/publish"), "/preview\"").await;
    let edition = built.attributes("a[href$='/preview']", "href")[0].rsplit('/').nth(1).unwrap().to_owned();
    let form = owner.get(&format!("{base}/s/{site}/domains")).await.page();
    let name = format!("docs.{org}-docs.com");
    owner.submit(&form, "/domains", &[("name", &name)]).await.redirect();
    let domains = owner.get(&format!("{base}/s/{site}/domains")).await.page();
    let domain = domains.attributes("section[id^=dom_]", "id").remove(0);
    let form = owner.get(&format!("{base}/s/{site}/redirects")).await.page();
    owner.submit(&form, "/redirects", &[("from", "/old"), ("to", "/new")]).await.redirect();
    let redirects = owner.get(&format!("{base}/s/{site}/redirects")).await.page();
    let redirect = redirects.attributes("td form", "action")[0].rsplit('/').nth(1).unwrap().to_owned();
    let jobs = owner.get(&format!("{base}/jobs")).await.page();
    let job = jobs.attributes("tr[data-job]", "data-job").remove(0);
    let form = owner.get(&format!("{base}/api-keys")).await.page();
    owner.submit(&form, "/api-keys", &[("name", "k"), ("scope", "read")]).await.page();
    let keys = owner.get(&format!("{base}/api-keys")).await.page();
    let key = keys.attributes("form[action$='/end']", "action")[0].rsplit('/').nth(1).unwrap().to_owned();
    let form = owner.get(&format!("{base}/webhooks/new")).await.page();
    let hook = [("url", "http://127.0.0.1:9/"), ("type", "edition.live")];
    owner.submit(&form, "/webhooks/new", &hook).await.page();
    let hooks = owner.get(&format!("{base}/webhooks")).await.page();
    let webhook = last(&hooks.attributes("td a.title", "href")[0]);
    let tested = owner.get(&format!("{base}/webhooks/{webhook}")).await.page();
    owner.submit(&tested, "/test", &[]).await.redirect();
    let sent = owner.get(&format!("{base}/webhooks/{webhook}")).await.page();
    let delivery = sent.attributes("tr[data-row]", "id").remove(0);
    let settings = owner.get(&format!("{base}/settings")).await.page();
    owner.submit(&settings, "/export", &[]).await.redirect();
    let ready = owner.until(&format!("{base}/settings"), "/archive\"").await;
    let export = ready.attributes("a[href$='/archive']", "href")[0].rsplit('/').nth(1).unwrap().to_owned();
    let colleague = format!("colleague@{org}.example");
    Visitor::invited(rig, owner, org, &colleague, "member").await;
    let form = owner.get(&format!("{base}/members")).await.page();
    owner.submit(&form, "/members/invite", &[("email", email)]).await.redirect();
    let members = owner.get(&format!("{base}/members")).await.page();
    let person =
        members.attributes("form[action$='/role']", "action")[1].rsplit('/').nth(1).unwrap().to_owned();
    let invitation =
        members.attributes("form[action$='/withdraw']", "action")[0].rsplit('/').nth(1).unwrap().to_owned();
    BTreeMap::from([
        ("org", org.to_owned()),
        ("site", site),
        ("source", source),
        ("page", page),
        ("edition", edition),
        ("domain", domain),
        ("redirect", redirect),
        ("job", job),
        ("key", key),
        ("person", person),
        ("invitation", invitation),
        ("number", "1".to_owned()),
        ("webhook", webhook),
        ("export", export),
        ("delivery", delivery),
    ])
}

fn last(path: &str) -> String {
    path.rsplit('/').next().unwrap().to_owned()
}

/// An id of the same kind that nothing has.
fn nothing(id: &str) -> String {
    match id.split_once('_') {
        Some((kind, _)) => format!("{kind}_01m7zz0000fff0000000000000"),
        None => "nothing-of-that-name".to_owned(),
    }
}

/// A page without what differs between any two requests.
fn told(shown: &Shown) -> (u16, String) {
    let id = shown.headers["x-request-id"].to_str().unwrap();
    (shown.status, shown.text.replace(id, "REQUEST"))
}

#[tokio::test(flavor = "multi_thread")]
async fn another_organisations_things_are_not_there_whoever_asks_and_wherever_they_are_named() {
    let (rig, _names) = rig().await;
    let ada = Visitor::owner(&rig).await;
    let own = furnished(&rig, &ada, "acme-analytics", "w@acme.example").await;
    rig.app.accounts.create_owner("eve@others.example", "Others").await.unwrap();
    rig.app.accounts.request_reset("eve@others.example").await.unwrap();
    let eve = Visitor::new(rig.port);
    let form = eve.get(&super::rig::mailed(&rig, "eve@others.example").await).await.page();
    eve.submit(&form, "/reset", &[("password", super::rig::PASSWORD)]).await.redirect();
    let eve = Visitor::signed_in(rig.port, "eve@others.example").await;
    let theirs = furnished(&rig, &eve, "others", "w@others.example").await;

    for door in doors() {
        let absent: Things = own.iter().map(|(name, id)| (*name, nothing(id))).collect();
        // The whole address is another organisation's.
        let stranger = knock(&eve, &door, &filled(&door, &own), FIELDS).await;
        let nowhere = knock(&eve, &door, &filled(&door, &absent), FIELDS).await;
        assert_eq!(stranger.status, 404, "{door:?}: {}", stranger.text);
        assert_eq!(told(&stranger), told(&nowhere), "{door:?}");
        // One part of it is, among things of one's own: each part in turn.
        let parts = door.path.split('/').filter_map(|part| part.strip_prefix(':'));
        for part in parts.filter(|part| !["org", "number"].contains(part)) {
            let mixed = |with: &Things| {
                let mut things = own.clone();
                *things.get_mut(part).unwrap() = with[part].clone();
                filled(&door, &things)
            };
            let foreign = knock(&ada, &door, &mixed(&theirs), FIELDS).await;
            let nothing = knock(&ada, &door, &mixed(&absent), FIELDS).await;
            assert_eq!(foreign.status, 404, "{door:?} with their {part}: {}", foreign.text);
            assert_eq!(told(&foreign), told(&nothing), "{door:?} with their {part}");
        }
    }
    // Ids in bodies and lists.
    let pages = format!("/console/o/acme-analytics/s/{}/pages", own["site"]);
    let door = Door { path: pages.clone(), is_post: true };
    let foreign = knock(&ada, &door, &pages, &[("page", &own["page"]), ("page", &theirs["page"])]).await;
    assert_eq!(foreign.status, 404, "one of theirs among one's own: {}", foreign.text);
    for list in
        ["pages?after", "pages?before", "sources?after", "publish?after", "domains?after", "redirects?after"]
    {
        let path = format!("/console/o/acme-analytics/s/{}/{list}={}", own["site"], theirs["page"]);
        let shown = ada.get(&path).await;
        assert!(!shown.text.contains(&theirs["page"]) || shown.status == 404, "{path}");
    }

    // And the owner's same requests are answered, whatever the rules then say of them.
    for door in doors().into_iter().filter(|door| !door.path.ends_with("/live")) {
        let shown = knock(&ada, &door, &filled(&door, &own), FIELDS).await;
        let is_answered = matches!(shown.status, 200 | 204 | 303 | 409 | 422);
        assert!(is_answered, "{door:?}: {} {}", shown.status, shown.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_is_told_which_role_it_takes_and_changes_nothing() {
    let (rig, _names) = rig().await;
    let ada = Visitor::owner(&rig).await;
    let own = furnished(&rig, &ada, "acme-analytics", "w@acme.example").await;
    let colleague = Visitor::signed_in(rig.port, "colleague@acme-analytics.example").await;
    let mut refused = Vec::new();
    // Leaving would end the walk.
    let walk = |door: &Door| !door.path.ends_with("/live") && !door.path.ends_with("/remove");
    for door in doors().into_iter().filter(walk) {
        let shown = knock(&colleague, &door, &filled(&door, &own), FIELDS).await;
        assert!(shown.status < 500 && shown.status != 404, "{door:?}: {} {}", shown.status, shown.text);
        if shown.status == 403 {
            refused.push(format!(
                "{} {}",
                if door.is_post { "POST" } else { "GET" },
                door.path.replace("/console/o/:org", "")
            ));
        }
    }
    refused.sort();
    let expected = [
        "GET /api-keys",
        "GET /api-keys.csv",
        "GET /audit-log",
        "GET /audit-log.csv",
        "GET /exports/:export/archive",
        "GET /s/:site/domains/:domain/delete",
        "GET /sites/new",
        "GET /webhooks/new",
        "POST /api-keys",
        "POST /api-keys/:key/end",
        "POST /delete",
        "POST /export",
        "POST /invitations/:invitation/withdraw",
        "POST /jobs/:job/cancel",
        "POST /jobs/:job/retry",
        "POST /members/:person/role",
        "POST /members/invite",
        "POST /s/:site/domains",
        "POST /s/:site/domains/:domain/canonical",
        "POST /s/:site/domains/:domain/check",
        "POST /s/:site/domains/:domain/delete",
        "POST /s/:site/editions/:edition/activate",
        "POST /s/:site/pages",
        "POST /s/:site/pages/:page/approve",
        "POST /s/:site/pages/:page/publish",
        "POST /s/:site/pages/:page/schedule",
        "POST /s/:site/pages/:page/take-off",
        "POST /s/:site/pages/:page/unschedule",
        "POST /s/:site/pages/:page/waive",
        "POST /s/:site/publish",
        "POST /s/:site/redirects",
        "POST /s/:site/redirects/:redirect/delete",
        "POST /s/:site/redirects/many",
        "POST /s/:site/settings",
        "POST /s/:site/settings/look",
        "POST /settings",
        "POST /sites/new",
        "POST /webhooks/:webhook",
        "POST /webhooks/:webhook/delete",
        "POST /webhooks/:webhook/deliveries/:delivery/replay",
        "POST /webhooks/:webhook/rotate",
        "POST /webhooks/:webhook/test",
        "POST /webhooks/new",
    ];
    assert_eq!(refused, expected);
}
