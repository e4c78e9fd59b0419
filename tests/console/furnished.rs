//! An organisation in the middle of its work, for those who look at screens.

use citepress::base::Window;
use citepress::pages::{Brief, Edited, NewPage, NewSource, PageId, SourceKind};
use citepress::publishing::{EditionId, EditionState, Gate, Publish};
use citepress::queue::{Reach, State};
use citepress::sites::{NewRedirect, NewSite};
use citepress::tenancy::{Role, SiteScope};

use super::rig::Visitor;
use crate::dns::server::NameServer;
use crate::publishing::rig::Rig;

pub const ORG: &str = "/console/o/acme-analytics";
pub const SITE: &str = "/console/o/acme-analytics/s/facts";

const SOURCES: [(&str, &str, &str); 3] = [
    (
        "prices.md",
        "Prices",
        "# Prices\n\nThe small plan costs 49 euros a month and covers 200 prompts. The large plan costs 190 euros a month and covers 2,000 prompts.\n",
    ),
    (
        "company.md",
        "The company",
        "# The company\n\nAcme Analytics was founded in Lisbon in 2019. It has 34 employees.\n",
    ),
    (
        "method.md",
        "How visibility is measured",
        "# How visibility is measured\n\nEach prompt is asked five times. The share of answers that name a brand is its visibility.\n",
    ),
];

/// What is there.
pub struct Furnished {
    pub rig: Rig,
    pub ada: Visitor,
    pub page: String,
    /// The key to the site.
    pub scope: SiteScope,
    /// The newest edition, which changes the one before and has warned of something.
    pub edition: EditionId,
    /// What answers for domains.
    pub names: NameServer,
}

/// An installation with an owner, a colleague, an open invitation, a key, a site with sources, pages in every state, two
/// editions, a domain that is live and one that waits, and redirects in every state.
pub async fn furnished() -> Furnished {
    let names = NameServer::start().await;
    let rig = Rig::asking(names.address).await;
    let ada = Visitor::owner(&rig).await;
    let app = &rig.app;
    let org = app.accounts.as_operator(&"acme-analytics".parse().unwrap()).await.unwrap().unwrap();
    let new = NewSite {
        slug: "facts".parse().unwrap(),
        title: "Acme Facts".into(),
        settings: "title = \"Acme Facts\"\n".into(),
    };
    let scope = app.sites.create(&org, new).await.unwrap();
    for (address, title, body) in SOURCES {
        let (address, title, body) = (address.to_owned(), title.to_owned(), body.to_owned());
        app.pages
            .put_source(&scope, NewSource { address, kind: SourceKind::Upload, title, body })
            .await
            .unwrap();
    }
    let old = page(&rig, &scope, "What Acme was called before", &["company.md"]).await;
    app.pages.archive(&scope, old.parse().unwrap()).await.unwrap();
    let generated = page(&rig, &scope, "What does Acme cost?", &["prices.md"]).await;
    app.pages.request_generation(&scope, generated.parse().unwrap()).await.unwrap();
    page(&rig, &scope, "Who is behind Acme?", &["company.md"]).await;
    let text = "+++\ntitle = \"About Acme\"\n+++\n\nAcme Analytics measures how engines cite websites.\n";
    let about = NewPage {
        path: "about.md".into(),
        title: "About Acme".into(),
        kind: press::PageKind::Article,
        brief: Brief::handwritten(),
    };
    let about = app.pages.create_written(&scope, about, text.into()).await.unwrap();
    app.accounts.invite(&org, "grace@acme.example", Role::Admin).await.unwrap();
    app.accounts.create_key(&org, "build server", citepress::accounts::KeyScope::Read, None).await.unwrap();
    // A page goes before a redirect that was there first.
    redirect(&rig, &scope, "/about", "/").await;
    redirect(&rig, &scope, "/pricing/2019", "/about/").await;
    published(&rig, &scope, vec![about], "the first pages").await;
    let text = "+++\ntitle = \"About Acme\"\n+++\n\nAcme Analytics measures how engines cite websites.\n\n![Acme](/assets/acme.webp)\n";
    let edited =
        Edited { title: "About Acme".into(), document: text.into(), reason: String::new(), seen: None };
    app.pages.edit(&scope, about, edited).await.unwrap();
    app.sites.put_file(&scope, "assets/acme.webp", "not a picture".into()).await.unwrap();
    let edition = published(&rig, &scope, vec![about], "a picture of us").await;
    redirect(&rig, &scope, "/company/team", "/about/").await;
    domains(&rig, &scope, &names).await;
    idle(&rig).await;
    Furnished { page: format!("{SITE}/pages/{generated}"), rig, ada, scope, edition, names }
}

/// Publishes what is ready, and pages along with it.
pub async fn published(rig: &Rig, scope: &SiteScope, pages: Vec<PageId>, reason: &str) -> EditionId {
    let publish = Publish { pages, reason: reason.into(), go_live: true, gate: Gate::Open };
    let edition = rig.app.publishing.publish(scope, publish).await.unwrap();
    while rig.app.publishing.edition(scope, edition).await.unwrap().state == EditionState::Queued {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    edition
}

async fn redirect(rig: &Rig, scope: &SiteScope, from: &str, to: &str) {
    let new = NewRedirect { from: from.to_owned(), to: to.to_owned(), status: 301 };
    rig.app.publishing.add_redirects(scope, &[new]).await.unwrap();
}

async fn domains(rig: &Rig, scope: &SiteScope, names: &NameServer) {
    let domains = &rig.app.domains;
    let live = domains.claim(scope, "docs.acme-docs.com").await.unwrap();
    let records = domains.records(scope.org(), &live).await.unwrap();
    names.set_texts(&records.name, &[&records.value]);
    names.set_address("docs.acme-docs.com", [127, 0, 0, 1]);
    // It may have been looked at before its records were set.
    idle(rig).await;
    domains.request_look(scope.org(), &live).await.unwrap();
    domains.claim(scope, "help.acme-docs.com").await.unwrap();
}

async fn page(rig: &Rig, scope: &SiteScope, title: &str, sources: &[&str]) -> String {
    let brief = Brief {
        text: "What a newcomer wants to know first.".into(),
        sources: sources.iter().map(|source| (*source).to_owned()).collect(),
        ..Brief::handwritten()
    };
    let path = format!("{}.md", citepress::base::Slug::from_title(title, "page"));
    let new = NewPage { path, title: title.into(), kind: press::PageKind::Article, brief };
    rig.app.pages.create(scope, new).await.unwrap().to_string()
}

/// Until nothing is under way.
async fn idle(rig: &Rig) {
    loop {
        let counts = rig.app.queue.counts(Reach::All).await.unwrap();
        if !counts.iter().any(|count| matches!(count.state, State::Queued | State::Running)) {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
}

impl Furnished {
    /// Every screen that somebody who is signed in can look at: a name, and where it is.
    pub async fn screens(&self) -> Vec<(&'static str, String)> {
        let window = Window::newest(1);
        let (domains, _) =
            self.rig.app.domains.window(self.scope.org(), Some(&self.scope), &window).await.unwrap();
        let mut screens = screens(&self.page);
        screens.push(("delete-domain", format!("{SITE}/domains/{}/delete", domains[0].id)));
        screens.push(("edition", format!("{SITE}/editions/{}", self.edition)));
        screens
    }
}

fn screens(page: &str) -> Vec<(&'static str, String)> {
    vec![
        ("overview", ORG.to_owned()),
        ("new-site", format!("{ORG}/sites/new")),
        ("members", format!("{ORG}/members")),
        ("api-keys", format!("{ORG}/api-keys")),
        ("audit-log", format!("{ORG}/audit-log")),
        ("webhooks", format!("{ORG}/webhooks")),
        ("new-webhook", format!("{ORG}/webhooks/new")),
        ("settings", format!("{ORG}/settings")),
        ("jobs", format!("{ORG}/jobs")),
        ("pages", format!("{SITE}/pages")),
        ("no-pages-found", format!("{SITE}/pages?q=nothing+like+it")),
        ("new-page", format!("{SITE}/pages/new")),
        ("editor", page.to_owned()),
        ("health", format!("{page}?tab=health")),
        ("evidence", format!("{page}?tab=evidence")),
        ("json-ld", format!("{page}?tab=data")),
        ("history", format!("{page}/history")),
        ("revision", format!("{page}/history/1")),
        ("sources", format!("{SITE}/sources")),
        ("site", format!("{SITE}/settings")),
        ("site-toml", format!("{SITE}/settings?tab=text")),
        ("publish", format!("{SITE}/publish")),
        ("archived", format!("{SITE}/pages?state=archived")),
        ("domains", format!("{SITE}/domains")),
        ("redirects", format!("{SITE}/redirects")),
        ("no-redirects-found", format!("{SITE}/redirects?q=nothing+like+it")),
        ("search", format!("{ORG}/search?q=ac")),
        ("nothing-found", format!("{ORG}/search?q=nothing+like+it")),
        ("account", "/console/account".to_owned()),
        ("codes", "/console/account/codes".to_owned()),
        ("organisations", "/console/orgs".to_owned()),
        ("nothing-here", "/console/o/acme-analytics/nowhere".to_owned()),
    ]
}

/// Every screen for those who are not.
pub fn front_screens() -> Vec<(&'static str, String)> {
    ["sign-in", "reset", "sign-up"].map(|name| (name, format!("/console/{name}"))).to_vec()
}
