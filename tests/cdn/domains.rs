//! A site that moves to another host, and one that loses it.

use std::collections::BTreeSet;

use citepress::base::HostName;
use serde_json::{Value, json};

use super::{cache, told, when_told};
use crate::dns::server::NameServer;
use crate::publishing::rig::Rig;

const OWN: &str = "docs.acme-docs.com";
/// Leads to the canonical host.
const ALIAS: &str = "help.acme-docs.com";

/// Hosts of which everything is to be forgotten.
pub fn forgotten(purges: &[Value]) -> BTreeSet<&str> {
    let hosts = purges.iter().map(|purge| {
        assert_eq!(purge["everything"], json!(true), "{purge}");
        purge["host"].as_str().unwrap()
    });
    hosts.collect()
}

#[tokio::test]
async fn the_cache_forgets_all_hosts_when_a_site_moves_and_when_it_loses_the_one_that_the_others_lead_to() {
    let (cache, names) = (cache().await, NameServer::start().await);
    let (asked, tell) = (names.address, told(&cache, 100));
    let rig = Rig::working(|settings| {
        settings.dns.servers.push(asked);
        tell(settings);
    })
    .await;
    rig.write(&[("_index.md", "Welcome.")]).await;
    rig.publish().await;
    let mut seen = when_told(&rig, &cache, 0).await.len();
    let mut domains = Vec::new();
    for name in [OWN, ALIAS] {
        domains.push(rig.prove(&names, &rig.scope, name).await);
    }
    let host: HostName = OWN.parse().unwrap();
    assert!(rig.app.publishing.settle_at(&rig.scope, &host).await.unwrap());
    let moved = when_told(&rig, &cache, seen).await;
    assert_eq!(forgotten(&moved), BTreeSet::from([OWN, ALIAS, "acme.localhost"]));
    seen += moved.len();
    assert!(rig.app.domains.delete(&rig.org, domains[0].id).await.unwrap());
    let lost = when_told(&rig, &cache, seen).await;
    assert_eq!(forgotten(&lost), BTreeSet::from([OWN, ALIAS, "acme.localhost"]));
    seen += lost.len();
    assert!(rig.app.domains.delete(&rig.org, domains[1].id).await.unwrap());
    assert_eq!(forgotten(&when_told(&rig, &cache, seen).await), BTreeSet::from([ALIAS]), "nothing led there");
    rig.stop().await;
}
