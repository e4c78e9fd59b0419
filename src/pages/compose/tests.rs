use super::*;
use crate::base::{Clock, Ids};
use crate::pages::model::{Brief, PageState, SourceKind};

fn source(ids: &Ids, body: &str) -> Source {
    Source {
        id: ids.new_id(),
        site: ids.new_id(),
        address: "robots.md".into(),
        kind: SourceKind::Upload,
        title: "Robots".into(),
        body: body.into(),
        created_at: 0,
        hash: "h1".into(),
    }
}

fn page(ids: &Ids) -> Page {
    let brief = Brief {
        text: "What it is.".into(),
        sources: vec![],
        tags: vec!["a \"b\"".into()],
        authors: vec![],
        weight: None,
    };
    Page {
        id: ids.new_id(),
        site: ids.new_id(),
        path: "a/robots.md".into(),
        title: "Robots \"quoted\"\nand more".into(),
        kind: "article".into(),
        state: PageState::Draft,
        revision: 0,
        live_revision: None,
        health: None,
        stale: false,
        scheduled_at: 0,
        brief,
        created_at: 0,
    }
}

fn sentence(text: &str, quote: &str, source: &Source) -> Sentence {
    Sentence { text: text.into(), quote: quote.into(), source_id: source.id.to_string() }
}

#[test]
fn a_sentence_whose_quote_is_not_in_its_source_is_unsupported() {
    let ids = Ids::system(Clock::system());
    let (source, page) = (source(&ids, "RFC 9309 is\nfrom 2022. More."), page(&ids));
    let sentences = vec![
        sentence("RFC 9309 is from 2022.", "RFC 9309 is from 2022.", &source),
        sentence("RFC 9309 is from 1994.", "RFC 9309 is from 1994.", &source),
    ];
    let section = Section { heading: "When?".into(), blocks: vec![Block::Paragraph { sentences }] };
    let draft = PageDraft { title: "x".into(), description: "y".into(), sections: vec![section] };
    let sources = [source];
    let setting = Setting {
        page: &page,
        sources: &sources,
        published: "2026-11-20".into(),
        updated: "2026-11-21".into(),
        sandbox: true,
    };
    let composed = compose(&draft, &setting);
    let states: Vec<ClaimState> = composed.claims.iter().map(|claim| claim.state).collect();
    assert_eq!(states, [ClaimState::Supported, ClaimState::Unsupported]);
    let span = composed.claims[0].span.as_ref().unwrap();
    assert_eq!((span.start, span.end, span.quote.as_str()), (0, 22, "RFC 9309 is\nfrom 2022."));
    assert!(composed.document.contains("## When?\n\nRFC 9309 is from 2022. RFC 9309 is from 1994."));
    assert!(composed.document.contains("sandbox"), "the page says who wrote it");
}

#[test]
fn hostile_titles_stay_inside_the_front_matter() {
    let ids = Ids::system(Clock::system());
    let page = page(&ids);
    let draft = PageDraft { title: String::new(), description: String::new(), sections: vec![] };
    let setting = Setting {
        page: &page,
        sources: &[],
        published: "2026-11-20".into(),
        updated: "2026-11-21".into(),
        sandbox: false,
    };
    let document = compose(&draft, &setting).document;
    let front = document.strip_prefix("+++\n").unwrap().split_once("+++\n").unwrap().0;
    let table: toml::Table = front.parse().unwrap();
    assert_eq!(table["title"].as_str(), Some(page.title.as_str()));
    assert_eq!(table["tags"][0].as_str(), Some("a \"b\""));
}
