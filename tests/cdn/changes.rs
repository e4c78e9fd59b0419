//! Another edition: what the cache is told is compared with what readers really get, before and after, at every address.

use std::collections::{BTreeMap, BTreeSet};

use citepress::sites::NewRedirect;
use serde_json::json;

use super::{cache, told, urls, when_told};
use crate::publishing::rig::{Rig, client};

const HOST: &str = "acme.localhost";

/// Every address at which a file of the live edition could show.
async fn addresses(rig: &Rig) -> BTreeSet<String> {
    let mut files = rig.app.publishing.live_files(&rig.scope).await.unwrap().unwrap();
    let mut found = BTreeSet::new();
    while let Some(some) = files.next().await.unwrap() {
        for entry in some {
            let path = format!("/{}", entry.path);
            for end in ["/index.html", ".md"] {
                if let Some(page) = path.strip_suffix(end) {
                    found.extend([page.to_owned(), format!("{page}/"), format!("{page}/index.html")]);
                }
            }
            found.insert(path);
        }
    }
    found.remove("");
    found
}

/// What readers of HTML and of Markdown get at each address; nothing where nothing is that a cache may keep.
async fn answers(rig: &Rig, paths: &BTreeSet<String>) -> BTreeMap<String, Vec<(u16, String, Vec<u8>)>> {
    let client = client();
    let mut found = BTreeMap::new();
    for path in paths {
        let mut both = Vec::new();
        for accept in ["text/html", "text/markdown"] {
            let url = format!("http://127.0.0.1:{}{path}", rig.port);
            let answer = client.get(url).header("host", HOST).header("accept", accept).send().await.unwrap();
            let header = |name| answer.headers().get(name).map(|value| value.to_str().unwrap().to_owned());
            if header("cache-control").as_deref() == Some("no-store") {
                continue;
            }
            let (status, location) = (answer.status().as_u16(), header("location").unwrap_or_default());
            both.push((status, location, answer.bytes().await.unwrap().to_vec()));
        }
        found.insert(path.clone(), both);
    }
    found
}

/// Does something that makes another edition live; the cache is told the addresses at which readers get something else.
async fn differs_as_told(
    rig: &Rig,
    cache: &crate::crawl::server::Server,
    change: impl AsyncFnOnce(&Rig),
) -> BTreeSet<String> {
    let skip = cache.journal().len();
    let before = addresses(rig).await;
    let was = answers(rig, &before).await;
    change(rig).await;
    let all: BTreeSet<String> = before.union(&addresses(rig).await).cloned().collect();
    let is = answers(rig, &all).await;
    let nothing = Vec::new();
    let differ = all.iter().filter(|path| was.get(*path).unwrap_or(&nothing) != &is[*path]);
    let expected: BTreeSet<String> = differ.map(|path| rig.app.address.of(HOST) + path).collect();
    let purges = when_told(rig, cache, skip).await;
    assert!(
        purges.iter().all(|purge| purge["host"] == HOST && purge["urls"].as_array().unwrap().len() <= 3),
        "{purges:?}"
    );
    let told = urls(&purges);
    assert_eq!(
        told,
        expected,
        "too much: {:?}, too little: {:?}",
        told.difference(&expected),
        expected.difference(&told)
    );
    told.into_iter().map(|url| url.split_once(&format!(":{}", rig.port)).unwrap().1.to_owned()).collect()
}

#[tokio::test]
async fn the_cache_is_told_exactly_the_addresses_whose_answers_have_changed() {
    let cache = cache().await;
    let rig = Rig::working(told(&cache, 3)).await;
    rig.write(&[("_index.md", "Welcome."), ("guide.md", "A guide."), ("terms.md", "Terms that stay.")]).await;
    rig.publish().await;
    // Of what was there before nothing is known.
    assert_eq!(when_told(&rig, &cache, 0).await, [json!({ "host": HOST, "everything": true })]);

    let edited = differs_as_told(&rig, &cache, async |rig| {
        rig.write(&[("guide.md", "A guide that says more.")]).await;
        rig.publish().await;
    })
    .await;
    for path in ["/guide/", "/guide/index.html", "/guide.md"] {
        assert!(edited.contains(path), "{path}: {edited:?}");
    }
    assert!(edited.iter().all(|path| !path.starts_with("/terms") && path != "/guide"), "{edited:?}");

    let added = differs_as_told(&rig, &cache, async |rig| {
        rig.write(&[("news/first.md", "The first of the news.")]).await;
        let moved = NewRedirect { from: "/old".into(), to: "/guide/".into(), status: 308 };
        rig.app.publishing.add_redirects(&rig.scope, &[moved]).await.unwrap();
        rig.publish().await;
    })
    .await;
    for path in ["/news/first", "/news/first/", "/news/first.md", "/old", "/old/"] {
        assert!(added.contains(path), "{path}: {added:?}");
    }

    let back = differs_as_told(&rig, &cache, async |rig| {
        rig.app.publishing.roll_back(&rig.scope).await.unwrap().unwrap();
    })
    .await;
    assert_eq!(back, added, "what has come goes again");
    rig.stop().await;
}

#[tokio::test]
async fn without_a_cache_there_is_no_job() {
    let rig = Rig::new().await;
    rig.write(&[("_index.md", "Welcome.")]).await;
    rig.publish().await;
    rig.write(&[("_index.md", "Welcome again.")]).await;
    rig.publish().await;
    rig.rest().await;
    let counts = rig.app.queue.counts(citepress::queue::Reach::All).await.unwrap();
    let kinds: Vec<&str> = counts.iter().map(|count| count.kind.as_str()).collect();
    assert!(kinds.contains(&"publishing.build"), "{kinds:?}");
    assert!(kinds.iter().all(|kind| !kind.contains("purge") && !kind.starts_with("cdn.")), "{kinds:?}");
    rig.stop().await;
}
