//! A person edits a page that was generated.

use citepress::pages::{
    Brief, Claim, ClaimState, Edited, NewPage, NewSource, PageId, PageState, SourceKind, Span, Written,
};

use super::rig::Rig;

const SOURCE: &str = "Robots.txt is from 1994. RFC 9309 made it a standard in 2022. Crawlers read it first.";

async fn put_source(rig: &Rig, body: &str) {
    let source = NewSource {
        address: "robots.md".into(),
        kind: SourceKind::Upload,
        title: "Robots".into(),
        body: body.into(),
    };
    rig.app.pages.put_source(&rig.scope, source).await.unwrap();
}

/// A page as a job writes it: two sentences with their evidence, and one that its source does not have.
async fn generated(rig: &Rig) -> PageId {
    put_source(rig, SOURCE).await;
    let source = rig.app.pages.sources(&rig.scope).await.unwrap().remove(0);
    let brief = Brief { sources: vec!["robots.md".into()], ..Brief::handwritten() };
    let new =
        NewPage { path: "robots.md".into(), title: "Robots".into(), kind: press::PageKind::Article, brief };
    let page = rig.app.pages.create(&rig.scope, new).await.unwrap();
    let supported = |sentence: &str| {
        let start = SOURCE.find(sentence).unwrap();
        let (end, quote) = (start + sentence.len(), sentence.to_owned());
        let span = Span { source: source.id, hash: source.hash.clone(), start, end, quote };
        Claim { sentence: sentence.into(), state: ClaimState::Supported, span: Some(span) }
    };
    let unsupported =
        Claim { sentence: "Everybody obeys it.".into(), state: ClaimState::Unsupported, span: None };
    let written = Written {
        document: document(
            "Robots.txt is from 1994. RFC 9309 made it a standard in 2022. Everybody obeys it.",
        ),
        title: "Robots".into(),
        claims: vec![
            supported("Robots.txt is from 1994."),
            supported("RFC 9309 made it a standard in 2022."),
            unsupported,
        ],
        author: "a model".into(),
        reason: "a test".into(),
    };
    rig.app.pages.write(&rig.scope, page, written).await.unwrap();
    page
}

fn document(body: &str) -> String {
    format!("+++\ntitle = \"Robots\"\n+++\n\n{body}\n")
}

async fn edit(rig: &Rig, page: PageId, body: &str) -> Vec<Claim> {
    let edited = Edited {
        document: document(body),
        title: "Robots".into(),
        reason: "a person's edit".into(),
        seen: None,
    };
    rig.app.pages.edit(&rig.scope, page, edited).await.unwrap();
    rig.app.pages.claims(&rig.scope, page).await.unwrap()
}

#[tokio::test]
async fn an_edit_keeps_the_claims_of_the_sentences_that_still_stand_with_their_spans() {
    let rig = Rig::new().await;
    let page = generated(&rig).await;
    let before = rig.app.pages.claims(&rig.scope, page).await.unwrap();
    let body = "RFC 9309 made it a\n*standard* in 2022. I saw it happen. Everybody obeys it.\n\nRobots.txt is from 1995.";
    let after = edit(&rig, page, body).await;
    assert_eq!(after, [before[1].clone(), before[2].clone()]);
    // Short texts are no healthy pages; that is not what this is about.
    rig.app.sites.set_gate(&rig.scope, 0).await.unwrap();
    // The sentence that its source does not have still stops publishing, the person's own ones do not.
    let why = rig.refused().await;
    assert!(
        why.contains(
            "1 of the page's sentences are not supported by a source, first: \"Everybody obeys it.\""
        ),
        "{why}"
    );
    let after = edit(&rig, page, "I saw it happen. RFC 9309 made it a standard in 2022.").await;
    assert_eq!(after, [before[1].clone()]);
    rig.publish().await;
    assert!(rig.read("/robots/").await.1.contains("I saw it happen."));
    rig.stop().await;
}

#[tokio::test]
async fn a_page_stays_stale_while_sentences_of_the_changed_source_stand_in_it() {
    let rig = Rig::new().await;
    let page = generated(&rig).await;
    put_source(&rig, "Robots.txt is from 1994, as a draft.").await;
    assert!(rig.app.pages.get(&rig.scope, page).await.unwrap().stale);
    edit(&rig, page, "Robots.txt is from 1994. My own words.").await;
    assert!(rig.app.pages.get(&rig.scope, page).await.unwrap().stale, "its claim is on the text before");
    edit(&rig, page, "My own words.").await;
    assert!(!rig.app.pages.get(&rig.scope, page).await.unwrap().stale);
    rig.stop().await;
}

#[tokio::test]
async fn a_document_that_is_taken_in_over_a_generated_page_keeps_claims_too() {
    let rig = Rig::new().await;
    let page = generated(&rig).await;
    rig.put("robots.md", &document("Robots.txt is from 1994. My own words.")).await;
    let claims = rig.app.pages.claims(&rig.scope, page).await.unwrap();
    assert_eq!(
        claims.iter().map(|claim| claim.sentence.as_str()).collect::<Vec<_>>(),
        ["Robots.txt is from 1994."]
    );
    rig.stop().await;
}

#[tokio::test]
async fn a_page_that_is_put_away_while_an_engine_writes_it_stays_away() {
    let rig = Rig::without_worker().await;
    let page = generated(&rig).await;
    rig.app.pages.archive(&rig.scope, page).await.unwrap();
    let written = Written {
        document: document("Robots.txt is from 1994."),
        title: "Robots".into(),
        claims: Vec::new(),
        author: "a model".into(),
        reason: "a test".into(),
    };
    rig.app.pages.write(&rig.scope, page, written).await.unwrap();
    let now = rig.app.pages.get(&rig.scope, page).await.unwrap();
    assert_eq!((now.state, now.revision), (PageState::Archived, 2));
    edit(&rig, page, "A person takes it up again.").await;
    assert_eq!(rig.app.pages.get(&rig.scope, page).await.unwrap().state, PageState::Review);
    rig.stop().await;
}
