//! A cache in front of the sites of somebody who leaves.

use std::time::{Duration, Instant};

use citepress::accounts::NewOrg;
use citepress::base::HostName;
use citepress::queue::{Filter, Reach};
use citepress::sites::NewSite;

use super::leaver::{publish, write};
use crate::cdn::domains::forgotten;
use crate::cdn::{cache, told, when_told};
use crate::database::places;
use crate::dns::server::NameServer;
use crate::publishing::rig::Rig;

const NAME: &str = "Numbat Works";
const HOST: &str = "numbat-works.localhost";
const OWN: &str = "docs.numbat-docs.com";
const OWNER: &str = "owner@numbat.example";

#[tokio::test(flavor = "multi_thread")]
async fn it_forgets_them_and_what_it_was_to_forget_anyway_and_no_job_tells_of_it() {
    let (cache, names) = (cache().await, NameServer::start().await);
    let (asked, tell) = (names.address, told(&cache, 100));
    let rig = Rig::working(|settings| {
        settings.dns.servers.push(asked);
        tell(settings);
    })
    .await;
    let app = &rig.app;
    let slug: citepress::base::Slug = "numbat-works".parse().unwrap();
    let new = NewOrg { slug: slug.clone(), name: NAME.into(), owner_email: OWNER.into() };
    let org = app.accounts.found(new).await.unwrap();
    let new =
        NewSite { slug, title: NAME.into(), settings: "title = \"Numbat\"\ntheme = \"atlas\"\n".into() };
    let scope = app.sites.create(&org, new).await.unwrap();
    write(&rig, &scope, &[("_index.md", "Welcome.")]).await;
    publish(&rig, &scope).await;
    let mut seen = when_told(&rig, &cache, 0).await.len();
    let domain = rig.prove(&names, &scope, OWN).await;
    let host: HostName = OWN.parse().unwrap();
    assert!(app.publishing.settle_at(&scope, &host).await.unwrap());
    seen += when_told(&rig, &cache, seen).await.len();

    let password = app.accounts.reset_by_operator(OWNER).await.unwrap();
    let signed_in = app.accounts.sign_in(OWNER, &password, None, "a test").await.unwrap();
    let session = app.accounts.session(signed_in.token.reveal()).await.unwrap().unwrap().0;
    let owner = app.accounts.scope(&session, Some(org.org())).await.unwrap().unwrap();
    // Two seconds later the cache would be told of the domain: by then there is neither host nor organisation.
    assert!(app.domains.delete(&owner, domain.id).await.unwrap());
    app.departures.delete(&owner, NAME).await.unwrap();
    let lost = when_told(&rig, &cache, seen).await;
    assert_eq!(forgotten(&lost), [OWN, HOST].into());
    let (began, kept) = (Instant::now(), Filter { kind: Some("cdn.purge_host".into()), ..Filter::default() });
    loop {
        let jobs = app.queue.list(Reach::All, &kept, 10).await.unwrap();
        if jobs.is_empty() && places(&app.db, OWN).await.is_empty() && places(&app.db, HOST).await.is_empty()
        {
            break;
        }
        assert!(began.elapsed() < Duration::from_secs(60), "it stays: {jobs:?}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    rig.stop().await;
}
