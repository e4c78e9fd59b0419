//! A document read once: the index that all checks look at.

mod bounds;
mod directives;
mod element;
mod head;
pub(crate) mod jsonld;
mod walk;

pub(crate) use element::{How, Place};
pub(crate) use head::{Head, HeadLink};
pub(crate) use jsonld::JsonLd;

use url::Url;

use crate::subject::{Document, without_fragment};
use crate::words;

/// What a run of text stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// `p`, or text directly in a container.
    Paragraph,
    /// `h1` to `h6`.
    Heading(u8),
    /// `li`.
    Item,
    /// `td`, `th`.
    Cell,
    /// `dt`.
    Term,
    /// `figcaption`, `caption`.
    Caption,
    /// `pre`.
    Code,
}

/// A run of visible text between two borders of blocks, whitespace folded.
#[derive(Debug, Clone)]
pub(crate) struct Block {
    pub(crate) kind: Kind,
    pub(crate) text: String,
    pub(crate) place: Place,
    /// Part of the main text.
    pub(crate) main: bool,
    /// The quotation (`blockquote`) it stands in, outermost first.
    pub(crate) quote: Option<usize>,
    /// Byte ranges of the text in `code`, `kbd`, `samp`, `var` or `q`.
    pub(crate) mentions: Vec<std::ops::Range<usize>>,
    /// Byte ranges of the text in `q` or `cite`.
    pub(crate) cites: Vec<(std::ops::Range<usize>, Cite)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cite {
    /// `cite`: whose work it is.
    Work,
    /// `q`: an inline quotation.
    Quotation,
}

impl Block {
    /// The text without what stands in code: a number there is a value, not a statement.
    pub(crate) fn prose(&self) -> std::borrow::Cow<'_, str> {
        if self.mentions.is_empty() {
            return std::borrow::Cow::Borrowed(&self.text);
        }
        let mut ranges = self.mentions.clone();
        ranges.sort_unstable_by_key(|range| range.start);
        let (mut prose, mut from) = (String::with_capacity(self.text.len()), 0);
        for range in ranges {
            prose.push_str(self.text.get(from..range.start).unwrap_or(""));
            prose.push(' ');
            from = from.max(range.end);
        }
        prose.push_str(self.text.get(from..).unwrap_or(""));
        std::borrow::Cow::Owned(prose)
    }
}

/// A heading, hidden ones left out.
#[derive(Debug, Clone)]
pub(crate) struct Heading {
    pub(crate) level: u8,
    pub(crate) text: String,
    pub(crate) place: Place,
}

#[derive(Debug, Clone)]
pub(crate) struct Link {
    pub(crate) href: String,
    /// Absolute; `None` when it is not an address.
    pub(crate) url: Option<Url>,
    pub(crate) text: String,
    pub(crate) rel: String,
    pub(crate) main: bool,
    /// The block its text begins in.
    pub(crate) block: usize,
}

#[derive(Debug, Clone)]
pub(crate) struct Image {
    pub(crate) src: String,
    /// `None` without the attribute.
    pub(crate) alt: Option<String>,
    /// Marked as decoration for assistive technology.
    pub(crate) decoration: bool,
}

/// A visible `time` element.
#[derive(Debug, Clone)]
pub(crate) struct Time {
    pub(crate) datetime: Option<String>,
    pub(crate) text: String,
    pub(crate) place: Place,
    /// The block it stands in, and where in its text it begins.
    pub(crate) block: usize,
    pub(crate) at: usize,
    /// Class, itemprop and rel of it: "published", "updated".
    pub(crate) marks: String,
}

/// Text that a reader does not see.
#[derive(Debug, Clone)]
pub(crate) struct Hidden {
    pub(crate) text: String,
    pub(crate) how: How,
}

/// A quotation as a block.
#[derive(Debug, Clone, Default)]
pub(crate) struct Quote {
    pub(crate) cite: Option<String>,
    /// The caption of the figure around it.
    pub(crate) caption: Option<String>,
}

/// A document and everything found in it.
pub(crate) struct Page<'d> {
    /// Its place among the subject's documents.
    pub(crate) at: usize,
    pub(crate) document: &'d Document,
    pub(crate) head: Head,
    pub(crate) blocks: Vec<Block>,
    pub(crate) headings: Vec<Heading>,
    pub(crate) links: Vec<Link>,
    pub(crate) images: Vec<Image>,
    pub(crate) times: Vec<Time>,
    pub(crate) hidden: Vec<Hidden>,
    pub(crate) quotes: Vec<Quote>,
    /// Comments, titles, labels: text that only machines read.
    pub(crate) unseen: Vec<String>,
    pub(crate) json_ld: Vec<JsonLd>,
    /// Visible main elements.
    pub(crate) mains: usize,
    /// Lists and tables with two rows or more in the main text.
    pub(crate) lists_and_tables: usize,
    /// `data-nosnippet` on the body or the main element.
    pub(crate) snippet_barred: bool,
    /// Elements that name an author: their text.
    pub(crate) bylines: Vec<String>,
    /// Where the main text begins, in bytes of the body; `None` without main text.
    pub(crate) main_start: Option<usize>,
    /// The words of all visible text.
    pub(crate) visible_words: f64,
    /// The words of the main text.
    pub(crate) main_words: f64,
    /// Visible text folded for comparison.
    pub(crate) folded: String,
}

impl<'d> Page<'d> {
    pub(crate) fn read(at: usize, document: &'d Document) -> Page<'d> {
        let mut page = walk::read(at, document);
        let texts = || page.blocks.iter().map(|block| block.text.as_str());
        page.visible_words = texts().map(words::count).sum();
        page.main_words = page.main_blocks().map(|block| words::count(&block.text)).sum();
        let alts = page.images.iter().filter_map(|image| image.alt.as_deref());
        page.folded = words::fold(&texts().chain(alts).collect::<Vec<_>>().join(" "));
        page
    }

    pub(crate) fn url(&self) -> &'d Url {
        &self.document.url
    }

    pub(crate) fn main_blocks(&self) -> impl Iterator<Item = &Block> {
        self.blocks.iter().filter(|block| block.main)
    }

    /// The address the page gives itself, absolute; its own where it gives none.
    pub(crate) fn canonical(&self) -> String {
        let given = self.head.rel("canonical").next().and_then(|link| self.url().join(&link.href).ok());
        without_fragment(given.as_ref().unwrap_or(self.url()))
    }

    /// The same page under another address.
    pub(crate) fn is_copy_of(&self, other: &Page<'_>) -> bool {
        self.canonical() == other.canonical()
    }

    /// Language of the text: the main subtag in lower case.
    pub(crate) fn language(&self) -> Option<String> {
        let tag = self.head.language.as_deref()?;
        let main = tag.split(['-', '_']).next()?;
        Some(main.to_ascii_lowercase()).filter(|main| !main.is_empty())
    }
}
