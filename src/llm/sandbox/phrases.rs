//! Words by which a sentence shows what it is: a teacher's remark, a pointer to elsewhere, a box of the page's frame.
//! English, as far as they are words: in other languages the shape of a sentence has to do.

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

pub(super) fn leans(text: &str) -> bool {
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

pub(super) fn course(text: &str) -> bool {
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
    "read on to",
    "read on for",
];

pub(super) fn points(text: &str) -> bool {
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
pub(super) fn is_broken(text: &str) -> bool {
    let ticks = text.replace("\\`", "").matches('`').count();
    // What stands in code is no mark.
    let outside: String = text.split('`').step_by(2).collect();
    let stars = outside.replace("\\*", "").matches('*').count();
    let brackets = outside.matches('(').count().abs_diff(outside.matches(')').count());
    let quotes = outside.matches('“').count().abs_diff(outside.matches('”').count());
    stars % 2 + ticks % 2 + brackets + quotes > 0 || outside.contains("](") || outside.contains("[^")
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

pub(super) fn is_frame(text: &str) -> bool {
    let lower = text.to_lowercase();
    lower.ends_with('?') || FRAME.iter().any(|words| lower.contains(words))
}
