//! Web nodes with a bucket: each has published trees of its own, filled from it.

use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::time::{Duration, Instant};

use bytes::Bytes;
use citepress::app::{App, Listening, Running};
use citepress::publishing::EditionState;
use futures_util::TryStreamExt;

use super::proxy::{Proxy, Weather};
use super::s3::{S3, use_bucket};
use crate::publishing::rig::{Rig, client, layers};

const PATIENCE: Duration = Duration::from_secs(30);
const HOST: &str = "acme.localhost";

/// Another machine of a rig's installation: the same database, key and bucket, and folders of its own. Its trees lie on another
/// mount than its data where there is one, as in containers.
struct Node {
    app: Box<App>,
    port: u16,
    _data: tempfile::TempDir,
    sites: tempfile::TempDir,
    running: Running,
}

impl Node {
    async fn beside(rig: &Rig, bucket: u16) -> Node {
        let data = tempfile::tempdir().unwrap();
        let sites = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap();
        std::fs::copy(rig.folder.path().join("secret.key"), data.path().join("secret.key")).unwrap();
        let mut layers = layers(data.path());
        layers.flag("--set", "sites_dir", sites.path().to_str().unwrap()).unwrap();
        let mut settings = layers.settings().unwrap();
        settings.database.url = rig.app.settings.database.url.clone();
        if settings.database.url.is_empty() {
            let file = rig.folder.path().join("citepress.db");
            settings.database.url = citepress::base::Secret::new(format!("sqlite:{}", file.display()));
        }
        use_bucket(&mut settings, bucket);
        let listening = Listening::bind(&settings).await.unwrap();
        let port = listening.port();
        let app = Box::new(Box::pin(App::open(settings, port)).await.unwrap());
        let running = app.run(listening, |routes| routes, false);
        Node { app, port, _data: data, sites, running }
    }

    async fn read(&self, path: &str) -> (u16, Bytes) {
        let url = format!("http://127.0.0.1:{}{path}", self.port);
        let answer = client().get(url).header("host", HOST).send().await.unwrap();
        (answer.status().as_u16(), answer.bytes().await.unwrap())
    }

    async fn stop(self) {
        self.running.stop().await;
        self.app.db.clone().close().await;
    }
}

/// A file of a tree in a folder of published sites.
fn in_tree(sites: &Path, path: &str) -> Option<Bytes> {
    std::fs::read(sites.join(HOST).join(path)).ok().map(Bytes::from)
}

/// Whether a file of a tree is a link to the copy that the node keeps.
fn is_linked(sites: &Path, path: &str) -> bool {
    std::fs::metadata(sites.join(HOST).join(path)).unwrap().nlink() > 1
}

/// Waits until a tree has a file with a text.
async fn shows(sites: &Path, path: &str, text: &str) {
    let began = Instant::now();
    let has = || in_tree(sites, path).is_some_and(|file| String::from_utf8_lossy(&file).contains(text));
    while !has() {
        assert!(began.elapsed() < PATIENCE, "{text} is not in {path} of {}", sites.display());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_node_fills_its_tree_from_the_bucket_and_serves_it_while_the_bucket_is_away() {
    let s3 = S3::start().await;
    let proxy = Proxy::before(s3.port).await;
    let rig = Rig::working(|settings| use_bucket(settings, proxy.port)).await;
    rig.write(&[("_index.md", "Welcome."), ("guide.md", "The first guide."), ("help.md", "Some help.")])
        .await;
    rig.publish().await;
    let node = Node::beside(&rig, proxy.port).await;
    let trees = [rig.folder.path().join("sites"), node.sites.path().to_owned()];
    for sites in &trees {
        shows(sites, "help/index.html", "Some help.").await;
        assert!(is_linked(sites, "help/index.html"), "{}", sites.display());
    }
    assert!(!rig.folder.path().join("blobs").exists(), "blobs are in the bucket alone");

    // Away: what is published is read from the node, also what nobody has asked for before.
    proxy.set(Weather::Failing);
    for (address, file) in
        [("/", "index.html"), ("/guide/", "guide/index.html"), ("/help/", "help/index.html")]
    {
        let (status, body) = node.read(address).await;
        assert_eq!((status, Some(body)), (200, in_tree(node.sites.path(), file)), "{address}");
        assert_eq!(rig.read(address).await.0, 200, "{address}");
    }
    rig.write(&[("guide.md", "The second guide.")]).await;
    let edition = rig.request().await;
    let cause = rig.cause_of_build(edition).await;
    assert!(cause.contains("the storage can't be used"), "{cause}");
    assert!(rig.read("/guide/").await.1.contains("The first guide."), "the pointer has not moved");

    proxy.set(Weather::Fair);
    assert_eq!(rig.settled(edition).await.state, EditionState::Ready);
    for sites in &trees {
        shows(sites, "guide/index.html", "The second guide.").await;
    }
    let (status, body) = node.read("/guide/").await;
    assert!(status == 200 && String::from_utf8_lossy(&body).contains("The second guide."));
    node.stop().await;
    rig.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_mends_its_tree_and_gives_up_what_its_sites_have_given_up() {
    let s3 = S3::start().await;
    let rig = Rig::working(|settings| use_bucket(settings, s3.port)).await;
    rig.write(&[("_index.md", "Welcome."), ("guide.md", "A guide.")]).await;
    rig.publish().await;
    let node = Node::beside(&rig, s3.port).await;
    let sites = node.sites.path();
    shows(sites, "guide/index.html", "A guide.").await;
    rig.rest().await;
    // The node looks over its trees at its start: this one waits for its turn, so that what is broken now is not mended by that.
    assert_eq!(node.app.publishing.mend_trees().await.unwrap(), 0);

    let tree = sites.join(HOST);
    std::fs::remove_dir_all(tree.join("guide")).unwrap();
    std::fs::write(tree.join("index.html"), "half").unwrap();
    std::fs::remove_dir_all(sites.join(".near")).unwrap();
    // As versions wrote it that kept their copies on another mount.
    let map = in_tree(sites, "sitemap.xml").unwrap();
    std::fs::remove_file(tree.join("sitemap.xml")).unwrap();
    std::fs::write(tree.join("sitemap.xml"), &map).unwrap();
    assert_eq!(node.app.publishing.mend_trees().await.unwrap(), 0);
    assert!(in_tree(sites, "guide/index.html").is_some());
    assert!(is_linked(sites, "guide/index.html") && is_linked(sites, "sitemap.xml"));
    assert_eq!(node.read("/").await.1, in_tree(sites, "index.html").unwrap());

    // A link of before links were noted, to a site that is there, and trees of one that is not.
    let target = std::fs::read_link(&tree).unwrap();
    std::os::unix::fs::symlink(target, sites.join("old.acme.example")).unwrap();
    let gone: citepress::tenancy::SiteId = rig.app.ids.new_id();
    std::fs::create_dir_all(sites.join(".trees").join(gone.to_string()).join("a")).unwrap();
    assert_eq!(node.app.publishing.mend_trees().await.unwrap(), 0);
    assert!(std::fs::symlink_metadata(sites.join("old.acme.example")).is_err());
    assert!(!sites.join(".trees").join(gone.to_string()).exists());
    node.stop().await;
    rig.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_kept_any_more_leaves_the_bucket() {
    let s3 = S3::start().await;
    let rig = Rig::working(|settings| {
        use_bucket(settings, s3.port);
        (settings.editions.keep_newest, settings.editions.keep_days) = (1, 0);
    })
    .await;
    for text in ["One.", "Two.", "Three."] {
        rig.write(&[("_index.md", text)]).await;
        rig.publish().await;
    }
    rig.rest().await;
    let count = async || rig.app.storage.blobs().try_fold(0, async |n, _| Ok(n + 1)).await.unwrap();
    let before = count().await;
    assert_eq!(rig.app.publishing.prune(&rig.scope).await.unwrap(), 2);
    let swept = rig.app.publishing.sweep(Duration::ZERO).await.unwrap();
    assert!(swept.removed > 0, "{swept:?}");
    assert_eq!(count().await, before - swept.removed);
    assert_eq!(rig.app.publishing.sweep(Duration::ZERO).await.unwrap().removed, 0);
    let fresh = Node::beside(&rig, s3.port).await;
    let (status, body) = fresh.read("/").await;
    assert!(status == 200 && String::from_utf8_lossy(&body).contains("Three."));
    fresh.stop().await;
    rig.stop().await;
}
