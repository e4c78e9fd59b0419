use serde::{Deserialize, Serialize};

use crate::id_kind;
use crate::tenancy::SiteId;

id_kind!(/// A document that pages are written from.
    SourceId, SourceKindOfId, "src");
id_kind!(/// A knowledge page.
    PageId, PageKindOfId, "page");
id_kind!(/// One state of a page's text.
    RevisionId, RevisionKindOfId, "rev");
id_kind!(/// A sentence of a page, tied to a span of a source.
    ClaimId, ClaimKindOfId, "claim");

/// How a source came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SourceKind {
    /// Fetched from its address.
    Url,
    /// Uploaded; its address is the file's name.
    Upload,
}

/// A source to be kept.
#[derive(Debug, Clone)]
pub struct NewSource {
    /// Its URL, or the uploaded file's name: there is one source per address and site.
    pub address: String,
    /// How it came in.
    pub kind: SourceKind,
    /// Its title.
    pub title: String,
    /// Its cleaned text, as Markdown.
    pub body: String,
}

/// A kept source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Its id.
    pub id: SourceId,
    /// Its site.
    pub site: SiteId,
    /// Its URL or file name.
    pub address: String,
    /// How it came in.
    pub kind: SourceKind,
    /// Its title.
    pub title: String,
    /// Its cleaned text, as Markdown.
    pub body: String,
    /// The hash of that text: a claim says of which one its span is.
    pub hash: String,
    /// When it came in, in milliseconds since the epoch.
    pub created_at: i64,
}

/// A source in a list: without its text, which may be large.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceLine {
    /// Its id.
    pub id: SourceId,
    /// Its site.
    pub site: SiteId,
    /// Its URL or file name.
    pub address: String,
    /// How it came in.
    pub kind: SourceKind,
    /// Its title.
    pub title: String,
    /// The hash of its text.
    pub hash: String,
    /// When it came in, in milliseconds since the epoch.
    pub created_at: i64,
}

impl From<Source> for SourceLine {
    fn from(source: Source) -> SourceLine {
        let Source { id, site, address, kind, title, hash, created_at, .. } = source;
        SourceLine { id, site, address, kind, title, hash, created_at }
    }
}

/// How much of its plan a site uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Used {
    /// The site.
    pub site: SiteId,
    /// Its pages.
    pub pages: u64,
    /// Its sources.
    pub sources: u64,
}

/// What a page is to answer and what it may be written from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Brief {
    /// What the page is to say, in a sentence or two; also its description.
    pub text: String,
    /// The addresses of its sources.
    pub sources: Vec<String>,
    /// Its tags.
    #[serde(default)]
    pub tags: Vec<String>,
    /// Who stands behind it.
    #[serde(default)]
    pub authors: Vec<String>,
    /// Its place among its siblings, lowest first.
    #[serde(default)]
    pub weight: Option<i64>,
}

/// A page to be made.
#[derive(Debug, Clone)]
pub struct NewPage {
    /// Its document's path in the site's content folder: `access/robots-txt.md`.
    pub path: String,
    /// Its title.
    pub title: String,
    /// Its kind: what schema.org type it is and which template it takes.
    pub kind: press::PageKind,
    /// What it is to answer.
    pub brief: Brief,
}

/// Where a page stands on its way to readers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PageState {
    /// Being written.
    Draft,
    /// Waiting for a person.
    Review,
    /// Approved, for a later time.
    Scheduled,
    /// Part of the next edition and all after it.
    Published,
    /// Taken out, kept.
    Archived,
}

impl PageState {
    /// The word in the database and on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            PageState::Draft => "draft",
            PageState::Review => "review",
            PageState::Scheduled => "scheduled",
            PageState::Published => "published",
            PageState::Archived => "archived",
        }
    }

    pub(super) fn parse(word: &str) -> Option<PageState> {
        use PageState::{Archived, Draft, Published, Review, Scheduled};
        [Draft, Review, Scheduled, Published, Archived].into_iter().find(|state| state.as_str() == word)
    }
}

/// How many pages there are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PageCounts {
    /// By the word of their state.
    pub by_state: std::collections::BTreeMap<&'static str, u64>,
    /// Those whose source changed after they were written.
    pub stale: u64,
}

/// Which pages to list. The default is all of them.
#[derive(Debug, Clone, Default)]
pub struct PageFilter {
    /// Only in this state.
    pub state: Option<PageState>,
    /// Only those whose source changed after they were written, or only the others.
    pub stale: Option<bool>,
    /// Only those with these words in title or path, in whatever case of a to z.
    pub words: Option<String>,
}

/// A page, without its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// Its id.
    pub id: PageId,
    /// Its site.
    pub site: SiteId,
    /// Its document's path in the site's content folder.
    pub path: String,
    /// Its title.
    pub title: String,
    /// Its kind, as the front matter names it.
    pub kind: String,
    /// Where it stands.
    pub state: PageState,
    /// The number of its newest revision; 0 before the first.
    pub revision: i64,
    /// The revision that editions take.
    pub live_revision: Option<i64>,
    /// Its health when last judged, 0 to 100.
    pub health: Option<i64>,
    /// Whether a source changed after the page was written.
    pub stale: bool,
    /// When its newest revision is to be published, in milliseconds since the epoch; 0 where it is not scheduled.
    pub scheduled_at: i64,
    /// What it is to answer.
    pub brief: Brief,
    /// When it was made, in milliseconds since the epoch: its date of publication stays the same.
    pub created_at: i64,
}

impl Page {
    /// Whether its health counts: a section's own page lists others and makes no claims.
    pub fn is_gated(&self) -> bool {
        self.path != "_index.md" && !self.path.ends_with("/_index.md")
    }
}

/// One state of a page's text, in a list: without the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RevisionLine {
    /// Its number, from 1.
    pub number: i64,
    /// Who wrote it.
    pub author: String,
    /// Why.
    pub reason: String,
    /// When, in milliseconds since the epoch.
    pub created_at: i64,
}

/// One state of a page's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revision {
    /// Its number, from 1.
    pub number: i64,
    /// Front matter and Markdown.
    pub document: String,
    /// Who wrote it.
    pub author: String,
    /// Why.
    pub reason: String,
    /// When, in milliseconds since the epoch.
    pub created_at: i64,
}

/// Whether a sentence is backed by its source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ClaimState {
    /// The quote stands in the source.
    Supported,
    /// It does not; the page can't be published like this.
    Unsupported,
    /// A person lets it stand without support; that is an event.
    Waived,
}

impl ClaimState {
    /// The word in the database and on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            ClaimState::Supported => "supported",
            ClaimState::Unsupported => "unsupported",
            ClaimState::Waived => "waived",
        }
    }

    pub(super) fn parse(word: &str) -> Option<ClaimState> {
        use ClaimState::{Supported, Unsupported, Waived};
        [Supported, Unsupported, Waived].into_iter().find(|state| state.as_str() == word)
    }
}

/// A sentence of a page and what it points at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// The sentence, as the page has it.
    pub sentence: String,
    /// Whether it is backed.
    pub state: ClaimState,
    /// Where its evidence stands; absent when it has none.
    pub span: Option<Span>,
}

/// A stretch of a source's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// The source.
    pub source: SourceId,
    /// The hash of the source's text that the offsets count in.
    pub hash: String,
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
    /// The text there.
    pub quote: String,
}
