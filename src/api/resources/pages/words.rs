//! The words that say where a page stands and what kind it is.

use poem_openapi::Enum;
use serde::Serialize;

use crate::pages::PageState;

/// Where a page stands
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum, Serialize)]
#[oai(rename = "PageState", rename_all = "lowercase")]
#[serde(rename_all = "lowercase")]
pub(in crate::api) enum PageStateWord {
    /// Being written
    Draft,
    /// Waits for a person
    Review,
    /// Approved for a later time
    Scheduled,
    /// Part of the next edition and all after it
    Published,
    /// Taken out, kept
    Archived,
}

/// What kind of page it is: which schema.org type and which template it takes
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum, Serialize)]
#[oai(rename = "PageKind", rename_all = "kebab-case")]
#[serde(rename_all = "kebab-case")]
pub(in crate::api) enum Kind {
    /// An article
    Article,
    /// Questions and answers
    Faq,
    /// A comparison
    Comparison,
    /// A defined term
    Glossary,
    /// Steps to a goal
    HowTo,
    /// A product
    Product,
    /// A page that leads to others
    Landing,
}

impl Kind {
    pub(super) fn named(name: &str) -> Kind {
        let all = [
            Kind::Article,
            Kind::Faq,
            Kind::Comparison,
            Kind::Glossary,
            Kind::HowTo,
            Kind::Product,
            Kind::Landing,
        ];
        let is = |kind: &Kind| press::PageKind::from(*kind).name() == name;
        all.into_iter().find(is).unwrap_or(Kind::Article)
    }
}

impl From<Kind> for press::PageKind {
    fn from(kind: Kind) -> press::PageKind {
        match kind {
            Kind::Article => press::PageKind::Article,
            Kind::Faq => press::PageKind::Faq,
            Kind::Comparison => press::PageKind::Comparison,
            Kind::Glossary => press::PageKind::Glossary,
            Kind::HowTo => press::PageKind::HowTo,
            Kind::Product => press::PageKind::Product,
            Kind::Landing => press::PageKind::Landing,
        }
    }
}

impl From<PageState> for PageStateWord {
    fn from(state: PageState) -> PageStateWord {
        match state {
            PageState::Draft => PageStateWord::Draft,
            PageState::Review => PageStateWord::Review,
            PageState::Scheduled => PageStateWord::Scheduled,
            PageState::Published => PageStateWord::Published,
            PageState::Archived => PageStateWord::Archived,
        }
    }
}

impl From<PageStateWord> for PageState {
    fn from(word: PageStateWord) -> PageState {
        match word {
            PageStateWord::Draft => PageState::Draft,
            PageStateWord::Review => PageState::Review,
            PageStateWord::Scheduled => PageState::Scheduled,
            PageStateWord::Published => PageState::Published,
            PageStateWord::Archived => PageState::Archived,
        }
    }
}
