//! Sentences of a source, with the exact words that they stand for.

use std::ops::Range;

use super::phrases::{course, is_broken, is_frame, leans, points};
use super::segment;
use super::words::words;

/// One sentence, or one item of a list.
#[derive(Debug, Clone)]
pub(super) struct Statement {
    /// Inline Markdown without links.
    pub(super) text: String,
    /// The source's own characters, whitespace folded.
    pub(super) quote: String,
    /// Words that carry meaning, folded.
    pub(super) words: Vec<String>,
    /// It leans on the sentence before it.
    pub(super) leans: bool,
    /// It belongs to the course of the source and not to its content: "Let’s look at…", "Try to…". It may still announce.
    pub(super) course: bool,
    /// It announces what follows: it ends with a colon.
    pub(super) announces: bool,
    /// It can't stand on a page: a question, a fragment, a box of the page it came from.
    pub(super) unfit: bool,
}

/// What is known of a stretch of inline Markdown.
#[derive(Debug, Default)]
pub(super) struct Marks {
    pub(super) code: Vec<Range<usize>>,
    pub(super) links: Vec<Range<usize>>,
    /// Left out of the text: the addresses of links, footnote marks.
    pub(super) cuts: Vec<Range<usize>>,
    /// A sentence that holds it can't be taken: pictures, HTML.
    pub(super) unfit: Vec<Range<usize>>,
}

impl Marks {
    /// The text of a stretch as a reader sees it, still inline Markdown.
    pub(super) fn visible(&self, markdown: &str, range: Range<usize>) -> String {
        let mut cuts: Vec<&Range<usize>> = self.cuts.iter().filter(|cut| overlap(cut, &range)).collect();
        cuts.sort_by_key(|cut| cut.start);
        let mut text = String::with_capacity(range.len());
        let mut at = range.start;
        for cut in cuts {
            text.push_str(markdown.get(at..cut.start.max(at)).unwrap_or_default());
            at = at.max(cut.end);
        }
        text.push_str(markdown.get(at..range.end.max(at)).unwrap_or_default());
        fold(&text)
    }
}

pub(super) fn overlap(a: &Range<usize>, b: &Range<usize>) -> bool {
    a.start < b.end && b.start < a.end
}

fn fold(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The sentences of a paragraph.
pub(super) fn statements(markdown: &str, range: Range<usize>, marks: &Marks) -> Vec<Statement> {
    let found = segment::sentences(markdown, range, marks).into_iter();
    found.filter_map(|sentence| Statement::new(markdown, sentence, marks)).collect()
}

impl Statement {
    fn new(markdown: &str, range: Range<usize>, marks: &Marks) -> Option<Statement> {
        let text = marks.visible(markdown, range.clone());
        let quote = fold(&markdown[range.clone()]);
        let last = text.trim_end_matches(['*', '_', '`', '"', '”', '’', ')', '\'']).chars().last()?;
        let count = text.split_whitespace().count();
        let holds_unfit = marks.unfit.iter().any(|mark| overlap(mark, &range));
        let announces = last == ':';
        let ends = announces || matches!(last, '.' | '!' | '…' | '。' | '！');
        let least = if announces { 2 } else { 4 };
        let fits = ends && (least..=70).contains(&count) && !holds_unfit;
        let unfit = !fits || is_broken(&text) || is_frame(&text) || points(&text);
        Some(Statement {
            words: words(&text),
            leans: leans(&text),
            course: course(&text),
            announces,
            unfit,
            text,
            quote,
        })
    }

    /// An item of a list: it needs no full stop. `None` if it can't be taken as it is.
    pub(super) fn item(markdown: &str, range: Range<usize>, marks: &Marks) -> Option<Statement> {
        let raw = &markdown[range.clone()];
        let text = marks.visible(markdown, range.clone());
        let linked: usize = marks.links.iter().filter(|link| overlap(link, &range)).map(Range::len).sum();
        let is_link = linked * 10 > raw.len() * 6;
        let holds_unfit = marks.unfit.iter().any(|mark| overlap(mark, &range));
        let fits = !text.is_empty() && text.len() < 500 && !holds_unfit && !is_link && !is_broken(&text);
        fits.then(|| Statement {
            words: words(&text),
            leans: false,
            course: false,
            announces: false,
            unfit: is_frame(&text) || points(&text),
            quote: fold(raw),
            text,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(text: &str) -> Vec<String> {
        statements(text, 0..text.len(), &Marks::default()).into_iter().map(|one| one.text).collect()
    }

    #[test]
    fn abbreviations_and_numbers_end_no_sentence() {
        assert_eq!(
            split(
                "Dr. Smith of the U.S. Army paid 3.5 million, e.g. In cash. Then J. Doe (et al. Included) left."
            ),
            [
                "Dr. Smith of the U.S. Army paid 3.5 million, e.g. In cash.",
                "Then J. Doe (et al. Included) left."
            ]
        );
    }

    #[test]
    fn a_mark_after_the_full_stop_belongs_to_its_sentence() {
        assert_eq!(
            split("**It is fixed.** The next one is not."),
            ["**It is fixed.**", "The next one is not."]
        );
        assert_eq!(split("He said “stop.” Nobody did so."), ["He said “stop.”", "Nobody did so."]);
    }

    #[test]
    fn what_belongs_to_the_course_of_the_source_is_known() {
        let of = |text: &str| statements(text, 0..text.len(), &Marks::default()).remove(0);
        assert!(
            of("Let’s look at a function that borrows.").course
                && of("Try adding code to it yourself.").course
        );
        assert!(
            of("Figure 4-1 shows the memory of it.").unfit && of("Traits come in Chapter 10 of it.").unfit
        );
        assert!(!of("A figure of speech is no picture.").unfit);
    }

    #[test]
    fn code_is_never_split() {
        let text = "Call `a.b()? C` now please. Then wait for it.";
        let marks = Marks { code: Vec::from([Range { start: 5, end: 15 }]), ..Marks::default() };
        let found = statements(text, 0..text.len(), &marks);
        assert_eq!(found.len(), 2, "{found:?}");
        assert_eq!(found[0].quote, "Call `a.b()? C` now please.");
    }

    #[test]
    fn what_can_not_stand_alone_is_known() {
        let of = |text: &str| statements(text, 0..text.len(), &Marks::default()).remove(0);
        assert!(
            of("However, the heap is slower than that.").leans && of("In this case, nothing is freed.").leans
        );
        assert!(!of("In Rust, each value has one owner.").leans);
        assert!(of("Why would anybody want that?").unfit && of("We use cookies to serve you better.").unfit);
        assert!(of("Too short.").unfit && of("A fragment without any end").unfit);
        assert!(of("The rules are as follows here:").announces);
    }
}
