//! Sentences of a source, with the exact words that they stand for.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

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

fn overlap(a: &Range<usize>, b: &Range<usize>) -> bool {
    a.start < b.end && b.start < a.end
}

fn fold(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The sentences of a paragraph.
pub(super) fn statements(markdown: &str, range: Range<usize>, marks: &Marks) -> Vec<Statement> {
    let ranges = sentence_ranges(&masked(markdown, range.clone(), marks));
    ranges
        .into_iter()
        .map(|sentence| range.start + sentence.start..range.start + sentence.end)
        .filter_map(|sentence| Statement::new(markdown, sentence, marks))
        .collect()
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

/// The stretch with everything masked that holds full stops which end no sentence. Same length, byte for byte.
fn masked(markdown: &str, range: Range<usize>, marks: &Marks) -> String {
    let mut bytes = markdown.as_bytes()[range.clone()].to_vec();
    for mark in marks.code.iter().chain(&marks.links).chain(&marks.unfit).filter(|mark| overlap(mark, &range))
    {
        let from = mark.start.saturating_sub(range.start);
        let to = mark.end.min(range.end) - range.start;
        bytes[from..to].iter_mut().filter(|byte| byte.is_ascii()).for_each(|byte| *byte = b'x');
    }
    for at in 1..bytes.len() {
        // To the segmenter a star after a full stop begins the next sentence; a bracket ends this one.
        if matches!(bytes[at], b'*' | b'_') && matches!(bytes[at - 1], b'.' | b'!' | b'?' | b')') {
            bytes[at] = b')';
        }
        if bytes[at] == b'\n' {
            bytes[at] = b' ';
        }
    }
    String::from_utf8(bytes).unwrap_or_default()
}

/// UAX #29, and what it can't know: abbreviations.
fn sentence_ranges(text: &str) -> Vec<Range<usize>> {
    let mut ranges: Vec<Range<usize>> = Vec::new();
    for (start, sentence) in text.split_sentence_bound_indices() {
        let end = start + sentence.len();
        match ranges.last_mut() {
            Some(last) if ends_in_abbreviation(&text[last.clone()]) => last.end = end,
            _ => ranges.push(start..end),
        }
    }
    ranges
        .into_iter()
        .map(|range| {
            let sentence = &text[range.clone()];
            let start = range.start + (sentence.len() - sentence.trim_start().len());
            start..start + sentence.trim().len()
        })
        .filter(|range| !range.is_empty())
        .collect()
}

const ABBREVIATIONS: &[&str] = &[
    "e.g.", "i.e.", "cf.", "vs.", "dr.", "mr.", "mrs.", "ms.", "prof.", "st.", "fig.", "no.", "nos.", "vol.",
    "pp.", "p.", "ed.", "eds.", "approx.", "ca.", "al.", "sec.", "ch.", "eq.", "inc.", "ltd.", "jr.", "sr.",
    "u.s.", "u.k.", "z.b.", "bzw.", "d.h.", "vgl.", "ca.", "nr.",
];

fn ends_in_abbreviation(sentence: &str) -> bool {
    let last = sentence.split_whitespace().last().unwrap_or_default();
    let last = last.trim_start_matches(['(', '[', '"', '“', '*', '_']);
    let initial =
        last.len() == 2 && last.starts_with(|c: char| c.is_ascii_uppercase()) && last.ends_with('.');
    // "I" ends sentences; other single capitals are initials.
    (initial && last != "I.") || ABBREVIATIONS.contains(&last.to_lowercase().as_str())
}

/// Openings that need the sentence before.
const LEANING: &[&str] = &[
    "this",
    "that",
    "these",
    "those",
    "it",
    "they",
    "them",
    "their",
    "its",
    "he",
    "she",
    "such",
    "so",
    "but",
    "and",
    "or",
    "however",
    "therefore",
    "thus",
    "hence",
    "then",
    "also",
    "instead",
    "otherwise",
    "similarly",
    "likewise",
    "moreover",
    "furthermore",
    "additionally",
    "still",
    "yet",
    "nevertheless",
    "consequently",
    "accordingly",
    "both",
    "another",
    "because",
    "again",
    "finally",
    "here",
    "there",
    "doing",
    "even",
    "conversely",
    "meanwhile",
    "afterwards",
    "earlier",
    "later",
    "next",
    "second",
    "third",
    "note",
    "contrast",
    "result",
    "way",
    "case",
    "example",
];

fn leans(text: &str) -> bool {
    let mut heads = text.split_whitespace().take(3).map(|word| {
        word.trim_matches(|c: char| !c.is_alphanumeric() && c != '’' && c != '\'').to_lowercase()
    });
    let first = heads.next().unwrap_or_default();
    let base = first.split(['’', '\'']).next().unwrap_or_default();
    match base {
        "in" | "for" | "as" | "on" | "at" | "by" => heads.any(|word| {
            matches!(
                word.as_str(),
                "this" | "that" | "these" | "those" | "such" | "example" | "contrast" | "result" | "instance"
            )
        }),
        _ => LEANING.contains(&base),
    }
}

/// Openings by which a teacher leads on.
const LEADING: &[&str] = &[
    "let’s",
    "let's",
    "let us",
    "try ",
    "take a look",
    "have a look",
    "keep ",
    "remember ",
    "imagine ",
    "we’ll",
    "we'll",
    "we will",
    "now we",
    "now that we",
    "now let",
    "now, let",
    "next, we",
    "next, let",
    "first, we",
    "first, let",
    "so far",
    "you’ll get",
    "look at",
    "notice ",
    "recall ",
    "go ahead",
    "feel free",
    "don’t worry",
    "congratulations",
    "consider ",
    "suppose ",
    "say we",
    "say you",
    "to start",
    "as we",
    "as you",
    "if you’re following",
];

fn course(text: &str) -> bool {
    let lower = text.trim_start_matches(['*', '_', '`', '(', '“']).to_lowercase();
    LEADING.iter().any(|words| lower.starts_with(words))
        || lower.contains("let’s ")
        || lower.contains("let's ")
}

/// What only the source has: numbered things, and its own parts.
const NUMBERED: &[&str] =
    &["figure", "listing", "table", "chapter", "section", "appendix", "example", "exercise"];
const PARTS: &[&str] = &[
    "this chapter",
    "next chapter",
    "previous chapter",
    "last chapter",
    "later chapter",
    "earlier chapter",
    "this section",
    "next section",
    "previous section",
    "following section",
    "last section",
    "this book",
    "the book",
    "this article",
    "this guide",
    "this tutorial",
    "earlier in",
    "later in",
    "see below",
    "as below",
    "shown above",
    "seen above",
    "mentioned above",
    "mentioned earlier",
    "mentioned previously",
    "saw earlier",
    "keep reading",
    "read on",
];

fn points(text: &str) -> bool {
    let lower = text.to_lowercase();
    let mut words =
        lower.split_whitespace().map(|word| word.trim_matches(|c: char| !c.is_alphanumeric())).peekable();
    while let Some(word) = words.next() {
        let number = words
            .peek()
            .is_some_and(|next| next.starts_with(|c: char| c.is_ascii_digit()) || next.len() == 1);
        if number && NUMBERED.contains(&word.trim_end_matches('s')) {
            return true;
        }
    }
    PARTS.iter().any(|words| lower.contains(words))
}

/// Half of a pair of marks: the sentence was cut where it may not be.
fn is_broken(text: &str) -> bool {
    let stars = text.replace("\\*", "").matches('*').count();
    let ticks = text.replace("\\`", "").matches('`').count();
    let brackets = text.matches('(').count().abs_diff(text.matches(')').count());
    let quotes = text.matches('“').count().abs_diff(text.matches('”').count());
    stars % 2 + ticks % 2 + brackets + quotes > 0 || text.contains("](") || text.contains("[^")
}

/// Words that only stand on the page's frame: its author's boxes, not its content.
const FRAME: &[&str] = &[
    "cookie policy",
    "use cookies",
    "all rights reserved",
    "copyright ©",
    "subscribe to",
    "sign up for",
    "log in to",
    "click here",
    "read more",
    "share this",
    "skip to",
    "terms of service",
    "privacy policy",
    "follow us",
    "enable javascript",
    "table of contents",
    "redirecting",
    "edit this page",
    "back to top",
    "newsletter",
    "ignore previous",
    "ignore all previous",
    "ignore the above",
    "as an ai",
];

fn is_frame(text: &str) -> bool {
    let lower = text.to_lowercase();
    lower.ends_with('?') || FRAME.iter().any(|words| lower.contains(words))
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
