//! A written body: its HTML and what stands in it.

use super::headings::Heading;

/// A stretch of text under a heading, for structured data that repeats what the page shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Passage {
    /// Index into [`Body::headings`].
    pub heading: usize,
    /// Text from the end of the heading to the next heading, squeezed.
    pub text: String,
}

#[derive(Debug, Default)]
pub(crate) struct Body {
    /// Safe to be put into a page as it is.
    pub html: String,
    pub headings: Vec<Heading>,
    /// All visible text but code blocks; headings and blocks end with a line break.
    pub plain: String,
    /// For each heading, where its text ends in `plain`.
    pub heading_ends: Vec<usize>,
    /// For each heading, where its text begins in `plain`.
    pub heading_starts: Vec<usize>,
    /// Items of the first ordered list at the top level, as ranges of `plain`.
    pub steps: Vec<std::ops::Range<usize>>,
    /// The body as Markdown whose internal links are absolute addresses.
    pub markdown: String,
}

impl Body {
    /// The text under each heading, up to the next heading of any level.
    pub(crate) fn passages(&self) -> Vec<Passage> {
        let ends = self.heading_starts.iter().skip(1).copied().chain(std::iter::once(self.plain.len()));
        let ranges = self.heading_ends.iter().copied().zip(ends);
        let text = |range: (usize, usize)| super::plain::squeeze(&self.plain[range.0..range.1]);
        ranges.enumerate().map(|(heading, range)| Passage { heading, text: text(range) }).collect()
    }

    /// The text before the first heading, squeezed.
    pub(crate) fn lead(&self) -> String {
        super::plain::squeeze(&self.plain[..self.heading_starts.first().copied().unwrap_or(self.plain.len())])
    }
}
