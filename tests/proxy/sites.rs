//! Readers who come through it.

use std::time::{Duration, Instant};

use citepress::base::HostName;
use reqwest::header::{ETAG, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED, RANGE};
use reqwest::{Client, ClientBuilder, Response, Version};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::caddy::Caddy;
use crate::dns::server::NameServer;
use crate::publishing::rig::Rig;

pub const OWN: &str = "docs.acme-docs.com";

/// A published site that answers at a domain of its own, behind a proxy.
pub async fn published() -> (NameServer, Rig) {
    let names = NameServer::start().await;
    let (asked, proxy) = (names.address, "127.0.0.1".parse().unwrap());
    let rig = Rig::working(|settings| {
        settings.dns.servers.push(asked);
        settings.server.trusted_proxies.push(proxy);
        settings.server.sites_domain = "sites.example".parse().unwrap();
        settings.api.wrong_keys_per_minute = 5.try_into().unwrap();
    })
    .await;
    rig.write(&[("_index.md", "Welcome."), ("guide.md", &"A long guide. ".repeat(200))]).await;
    rig.publish().await;
    rig.prove(&names, &rig.scope, OWN).await;
    let host: HostName = OWN.parse().unwrap();
    assert!(rig.app.publishing.settle_at(&rig.scope, &host).await.unwrap());
    on_disk(&rig, "index.html").await;
    on_disk(&rig, "guide/index.html").await;
    (names, rig)
}

/// Waits until a file of the site lies in its tree.
async fn on_disk(rig: &Rig, path: &str) {
    let file = rig.folder.path().join("sites").join(OWN).join(path);
    let began = Instant::now();
    while !file.exists() {
        assert!(began.elapsed() < Duration::from_secs(20), "{}", file.display());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

async fn get(reader: &Client, url: &str) -> Response {
    reader.get(url).send().await.unwrap()
}

#[tokio::test]
async fn a_proved_domain_gets_a_certificate_and_a_name_that_nobody_proved_gets_none() {
    let (_names, rig) = published().await;
    let caddy = Caddy::before(&rig).await;
    let reader = caddy.reader(&[OWN, "stranger.example", "acme.sites.example"]);
    let page = get(&reader, &caddy.url(OWN, "/")).await;
    assert_eq!((page.status().as_u16(), page.version()), (200, Version::HTTP_2));
    assert!(page.text().await.unwrap().contains("Welcome."));
    let own = get(&reader, &caddy.url("acme.sites.example", "/")).await;
    assert_eq!(own.status(), 308, "by the wildcard certificate, to the canonical host");
    let refused = reader.get(caddy.url("stranger.example", "/")).send().await.unwrap_err();
    assert!(refused.is_connect(), "{refused:?}");
    rig.stop().await;
}

#[tokio::test]
async fn a_host_that_is_no_plain_name_leads_into_no_folder() {
    let (_names, rig) = published().await;
    let caddy = Caddy::before(&rig).await;
    let reader = caddy.reader_of(&[OWN], ClientBuilder::http1_only);
    for host in ["..", "../blobs", ".", ".near", ".trees", "a..b", "docs.acme-docs.com/.."] {
        let asked = reader.get(caddy.url(OWN, "/secret.key")).header("host", host);
        // Some are refused by the server before any rule of ours.
        let status = asked.send().await.unwrap().status().as_u16();
        assert!([400, 421].contains(&status), "{host}: {status}");
    }
    rig.stop().await;
}

#[tokio::test]
async fn published_sites_answer_while_the_app_is_down_with_validators_and_ranges() {
    let (_names, rig) = published().await;
    let caddy = Caddy::before(&rig).await;
    let reader = caddy.reader(&[OWN, "localhost"]);
    let before = get(&reader, &caddy.url(OWN, "/guide/")).await.bytes().await.unwrap();
    let folder = rig.stop_and_keep().await;

    let url = caddy.url(OWN, "/guide/");
    let page = get(&reader, &url).await;
    assert_eq!(page.status(), 200, "{}", caddy.log());
    let header = |name| page.headers().get(name).cloned().unwrap();
    let (etag, modified) = (header(ETAG), header(LAST_MODIFIED));
    assert_eq!(header(reqwest::header::X_CONTENT_TYPE_OPTIONS), "nosniff");
    assert_eq!(page.bytes().await.unwrap(), before, "the same bytes as from the app");
    for (name, value) in [(IF_NONE_MATCH, &etag), (IF_MODIFIED_SINCE, &modified)] {
        let again = reader.get(&url).header(name, value).send().await.unwrap();
        assert_eq!((again.status().as_u16(), again.bytes().await.unwrap().len()), (304, 0));
    }
    let part = reader.get(&url).header(RANGE, "bytes=10-19").send().await.unwrap();
    assert_eq!(part.status(), 206);
    assert_eq!(part.bytes().await.unwrap(), before.slice(10..20));
    let packed = reader.get(&url).header("accept-encoding", "br").send().await.unwrap();
    assert_eq!(packed.headers()["content-encoding"], "br", "compressed once, when it was published");
    assert_eq!(get(&reader, &caddy.url(OWN, "/nothing/")).await.status(), 404);
    assert_eq!(get(&reader, &caddy.url("localhost", "/console")).await.status().as_u16() / 100, 5);
    drop(folder);
}

#[tokio::test]
async fn a_client_can_not_make_itself_another() {
    let (_names, rig) = published().await;
    let caddy = Caddy::before(&rig).await;
    let reader = caddy.reader(&["localhost"]);
    let mut statuses = Vec::new();
    for n in 0..8 {
        let forged = format!("198.51.100.{n}");
        let asked = reader.get(caddy.url("localhost", "/api/v1/sites")).bearer_auth("cp_live_wrong");
        let asked = asked.header("x-real-ip", &forged).header("x-forwarded-for", &forged);
        statuses
            .push(asked.header("forwarded", format!("for={forged}")).send().await.unwrap().status().as_u16());
    }
    assert_eq!(statuses, [401, 401, 401, 401, 401, 429, 429, 429], "one address, whatever it says of itself");
    rig.stop().await;
}

#[tokio::test]
async fn only_a_proxy_of_ours_may_ask_which_names_are_served() {
    let (_names, rig) = published().await;
    let ask = |name: &str, more: &str| {
        let head = format!(
            "GET /internal/ask?domain={name} HTTP/1.1\r\nHost: app:8080\r\n{more}Connection: close\r\n\r\n"
        );
        let port = rig.port;
        async move {
            let mut stream = tokio::net::TcpStream::connect(("127.0.0.1", port)).await.unwrap();
            stream.write_all(head.as_bytes()).await.unwrap();
            let mut answer = String::new();
            stream.read_to_string(&mut answer).await.unwrap();
            answer.split(' ').nth(1).unwrap().to_owned()
        }
    };
    assert_eq!(ask(OWN, "").await, "200");
    assert_eq!(ask("acme.sites.example", "").await, "200");
    for name in ["stranger.example", "localhost", "..", "", "%00", &"a".repeat(300)] {
        assert_eq!(ask(name, "").await, "404", "{name}");
    }
    assert_eq!(
        ask(OWN, "X-Forwarded-For: 203.0.113.9\r\n").await,
        "421",
        "asked by somebody behind the proxy"
    );
    rig.stop().await;
}
