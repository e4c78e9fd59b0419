//! Pages as they go over the wire.

use poem_openapi::Object;
use serde::Serialize;

use super::super::time;
use super::words::{Kind, PageStateWord};
use crate::pages::{self, Brief, NewPage};

/// A knowledge page, without its text.
#[derive(Debug, Clone, Object, Serialize)]
pub(in crate::api) struct Page {
    /// Its id, `page_…`
    id: String,
    /// Its site, `site_…`
    site: String,
    /// Its document's path in the site's content: `guide/start.md`
    path: String,
    /// Its title
    title: String,
    /// What kind of page it is
    kind: Kind,
    /// Where it stands on its way to readers
    state: PageStateWord,
    /// The number of its newest revision; 0 before the first
    revision: i64,
    /// The revision that readers get, or will with the next edition
    live_revision: Option<i64>,
    /// Its health when it was last judged, 0 to 100
    health: Option<i64>,
    /// Whether a source has changed since it was written
    stale: bool,
    /// When its newest revision is to be published, where that is planned
    scheduled_at: Option<String>,
    /// What it is to answer, and from what
    brief: BriefShape,
    /// When it was made
    created_at: String,
}

/// What a page is to answer and what it may be written from.
#[derive(Debug, Clone, Object, Serialize)]
#[oai(rename = "Brief")]
pub(in crate::api) struct BriefShape {
    /// What the page is to say, in a sentence or two; also its description
    #[oai(validator(max_length = 1000))]
    text: String,
    /// The addresses of its sources: their URLs or file names
    #[oai(validator(max_items = 50))]
    sources: Vec<String>,
    /// Its tags
    #[oai(default, validator(max_items = 20))]
    tags: Vec<String>,
    /// Who stands behind it
    #[oai(default, validator(max_items = 20))]
    authors: Vec<String>,
}

/// A page to be made.
#[derive(Debug, Clone, Object)]
pub(in crate::api) struct PageNew {
    /// Its site, `site_…`
    pub site: String,
    /// Its document's path in the site's content: `guide/start.md`
    #[oai(validator(min_length = 4, max_length = 300))]
    path: String,
    /// Its title
    #[oai(validator(min_length = 1, max_length = 300))]
    title: String,
    /// What kind of page it is; an article if nobody says
    kind: Option<Kind>,
    /// What it is to answer and from what, for a page that is to be generated
    brief: Option<BriefShape>,
    /// Its text: front matter between +++ and Markdown, for a page that is written already
    #[oai(validator(max_length = 1000000))]
    document: Option<String>,
}

impl PageNew {
    pub(super) fn parts(self) -> (NewPage, Option<String>) {
        let brief = self.brief.map_or_else(Brief::handwritten, |brief| Brief {
            text: brief.text,
            sources: brief.sources,
            tags: brief.tags,
            authors: brief.authors,
            weight: None,
        });
        let kind = self.kind.unwrap_or(Kind::Article).into();
        (NewPage { path: self.path, title: self.title, kind, brief }, self.document)
    }
}

/// What is approved.
#[derive(Debug, Clone, Object)]
pub(in crate::api) struct Approval {
    /// The revision that was read: refused if there is a newer one
    pub revision: i64,
}

impl From<pages::Page> for Page {
    fn from(page: pages::Page) -> Page {
        let pages::Brief { text, sources, tags, authors, .. } = page.brief;
        Page {
            id: page.id.to_string(),
            site: page.site.to_string(),
            kind: Kind::named(&page.kind),
            state: page.state.into(),
            path: page.path,
            title: page.title,
            revision: page.revision,
            live_revision: page.live_revision,
            health: page.health,
            stale: page.stale,
            scheduled_at: (page.scheduled_at != 0).then(|| time::of(page.scheduled_at)),
            brief: BriefShape { text, sources, tags, authors },
            created_at: time::of(page.created_at),
        }
    }
}

#[cfg(test)]
mod tests {
    use poem_openapi::types::ToJSON;

    use super::*;
    use crate::api::list::List;
    use crate::base::{Clock, Ids};
    use crate::pages::PageState;

    #[test]
    fn a_page_that_is_written_straight_is_the_same_as_in_the_document() {
        let ids = Ids::seeded(Clock::system(), "shapes");
        let states = [
            PageState::Draft,
            PageState::Review,
            PageState::Scheduled,
            PageState::Published,
            PageState::Archived,
        ];
        let kinds = ["article", "faq", "comparison", "glossary", "how-to", "product", "landing"];
        let page = |(number, kind): (usize, &&str)| {
            Page::from(pages::Page {
                id: ids.new_id(),
                site: ids.new_id(),
                path: "a \"b\".md".into(),
                title: "Zeile\n<é>".into(),
                kind: (*kind).to_owned(),
                state: states[number % states.len()],
                revision: 3,
                live_revision: (number % 2 == 0).then_some(2),
                health: (number % 3 == 0).then_some(97),
                stale: number % 2 == 1,
                scheduled_at: i64::from(number % 2 == 1) * 1_800_000_000_000,
                brief: Brief { sources: vec!["s.md".into()], ..Brief::handwritten() },
                created_at: 1_700_000_000_123,
            })
        };
        let list = List::new("/api/v1/pages", true, kinds.iter().enumerate().map(page).collect());
        assert_eq!(serde_json::to_value(&list).unwrap(), list.to_json().unwrap());
    }
}
