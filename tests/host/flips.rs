//! What goes live is seen at once, and only by the site that it is of.

use std::time::Duration;

use citepress::app::App;
use citepress::pages::PageId;
use citepress::publishing::EditionState;
use citepress::sites::NewSite;

use crate::host::wire::Wire;
use crate::publishing::rig::{Rig, settings};

/// What a connection gets for the home page.
async fn home(wire: &mut Wire) -> String {
    wire.send("GET / HTTP/1.1\r\nHost: acme.localhost\r\n\r\n").await;
    String::from_utf8(wire.answer(false).await.body).unwrap()
}

#[tokio::test]
async fn the_next_request_on_an_open_connection_gets_the_new_edition() {
    let rig = Rig::new().await;
    let publish = async |words: &str| {
        rig.write(&[("_index.md", words)]).await;
        assert_eq!(rig.publish().await.state, EditionState::Ready);
    };
    publish("One.").await;
    let mut wire = Wire::to(rig.port).await;
    assert!(home(&mut wire).await.contains("One."));
    for words in ["Two.", "Three."] {
        let mut published = Box::pin(publish(words));
        // A connection that says nothing for ten seconds is closed, and on a busy machine a build may take that long.
        while tokio::time::timeout(Duration::from_secs(3), &mut published).await.is_err() {
            home(&mut wire).await;
        }
        let body = home(&mut wire).await;
        assert!(body.contains(words), "{body}");
    }
    let editions = rig.app.publishing.editions(&rig.scope).await.unwrap();
    rig.app.publishing.activate(&rig.scope, editions.last().unwrap().id).await.unwrap();
    assert!(home(&mut wire).await.contains("One."));
    rig.stop().await;
}

#[tokio::test]
async fn another_process_hears_which_site_has_flipped() {
    let rig = Rig::new().await;
    let new = NewSite { slug: "quiet".parse().unwrap(), title: "Quiet".into(), settings: String::new() };
    let quiet = rig.app.sites.create(&rig.org, new).await.unwrap();
    let other = App::open(settings(rig.folder.path()), rig.port).await.unwrap();
    // The sites themselves are flips: their names are theirs from then on.
    other.publishing.refresh_flips().await.unwrap();
    let before = other.publishing.flips().now();
    rig.write(&[("_index.md", "One.")]).await;
    let pages: Vec<PageId> =
        rig.app.pages.list(&rig.scope).await.unwrap().iter().map(|page| page.id).collect();
    assert_eq!(pages.len(), 1);
    rig.publish().await;
    other.publishing.refresh_flips().await.unwrap();
    let flips = other.publishing.flips();
    let now = flips.now();
    assert_eq!(now, before + 1);
    assert!(flips.may_have_flipped(rig.scope.site(), before, now));
    assert!(!flips.may_have_flipped(quiet.site(), before, now), "it need not be looked up again");
    other.db.close().await;
    rig.stop().await;
}
