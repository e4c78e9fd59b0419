//! What a person's edit leaves of the claims of the text before: those whose sentences still stand.
//!
//! A claim says that a sentence is backed by a span of a source. The person who edits a page answers for what is new in it;
//! what they left alone is backed, or not, as it was.

use std::collections::HashSet;

use pulldown_cmark::{Event, Options, Parser, TagEnd};

use super::compose::as_composed;
use super::evidence;
use super::model::Claim;

/// The claims whose sentences stand in a document, in the order of its text.
pub(super) fn carried(claims: Vec<Claim>, document: &str) -> Vec<Claim> {
    if claims.is_empty() {
        return claims;
    }
    let text = Text::of(body(document));
    let mut taken = HashSet::new();
    let mut kept: Vec<(Place, Claim)> = Vec::new();
    for claim in claims {
        let place = text.places(&claim).into_iter().find(|place| taken.insert(*place));
        kept.extend(place.map(|place| (place, claim)));
    }
    kept.sort_by_key(|(place, _)| *place);
    kept.into_iter().map(|(_, claim)| claim).collect()
}

/// What follows the front matter.
fn body(document: &str) -> &str {
    let inner = document.strip_prefix("+++\n");
    inner.and_then(|inner| inner.split_once("\n+++\n")).map_or(document, |(_, body)| body)
}

/// A line of the source, and a byte of the words of the block that begins there.
type Place = (usize, usize);

/// A body as its readers see it: the words of its blocks, each with the line on which it begins.
struct Text<'a> {
    source: &'a str,
    blocks: Vec<(usize, String)>,
}

impl<'a> Text<'a> {
    fn of(source: &'a str) -> Text<'a> {
        Text { source, blocks: blocks(source) }
    }

    /// Every place at which a claim's sentence stands as a whole sentence.
    fn places(&self, claim: &Claim) -> Vec<Place> {
        // The composer gives a sentence the links of its source, sometimes with words of their own.
        let mut wanted: Vec<String> = vec![words(&claim.sentence)];
        wanted.extend(claim.span.as_ref().map(|span| words(&as_composed(&claim.sentence, &span.quote))));
        wanted.dedup();
        let mut places = Vec::new();
        for (line, block) in &self.blocks {
            for sentence in &wanted {
                places.extend(standing(block, sentence).map(|at| (*line, at)));
            }
        }
        if places.is_empty() {
            // An excerpt is a table, a list or code: it stands as it is written or not at all.
            places.extend(self.excerpt(&claim.sentence).map(|line| (line, 0)));
        }
        places
    }

    fn excerpt(&self, markdown: &str) -> Option<usize> {
        let range = evidence::find(self.source, markdown)?;
        let (before, after) = (&self.source[..range.start], &self.source[range.end..]);
        let whole = |edge: Option<&str>| edge.is_none_or(|edge| edge.trim().is_empty());
        let (first, last) = (before.rsplit('\n').next(), after.split('\n').next());
        (whole(first) && whole(last)).then(|| before.matches('\n').count())
    }
}

fn blocks(markdown: &str) -> Vec<(usize, String)> {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_GFM;
    let line_ends: Vec<usize> = markdown.match_indices('\n').map(|(at, _)| at).collect();
    let line = |begin: usize| line_ends.partition_point(|end| *end < begin);
    let (mut blocks, mut open, mut begin) = (Vec::new(), String::new(), 0);
    for (event, range) in Parser::new_ext(markdown, options).into_offset_iter() {
        if open.is_empty() {
            begin = range.start;
        }
        match event {
            Event::Text(text) | Event::Code(text) => open.push_str(&text),
            Event::SoftBreak | Event::HardBreak => open.push(' '),
            Event::End(
                TagEnd::Link | TagEnd::Image | TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough,
            ) => {}
            Event::Start(_) if open.trim().is_empty() => {}
            // A list may begin inside an item, behind its own words.
            Event::Start(pulldown_cmark::Tag::List(_)) | Event::End(_) => {
                close(line(begin), &mut open, &mut blocks);
            }
            _ => {}
        }
    }
    close(line(begin), &mut open, &mut blocks);
    blocks
}

fn close(line: usize, open: &mut String, blocks: &mut Vec<(usize, String)>) {
    let text = std::mem::take(open);
    let folded = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if !folded.is_empty() {
        blocks.push((line, folded));
    }
}

/// The words of a sentence without its markup.
fn words(markdown: &str) -> String {
    blocks(markdown).into_iter().map(|(_, words)| words).collect::<Vec<_>>().join(" ")
}

const ENDS: [char; 4] = ['.', '!', '?', '…'];
const CLOSERS: [char; 6] = ['"', '\'', '”', '’', ')', ']'];

/// Where a sentence stands in a block, from the end of another to the beginning of the next.
fn standing<'t>(block: &'t str, sentence: &'t str) -> impl Iterator<Item = usize> + 't {
    let ends = |text: &str| text.trim_end_matches(CLOSERS).ends_with(ENDS);
    let closed = ends(sentence);
    let found = (!sentence.is_empty()).then(|| block.match_indices(sentence)).into_iter().flatten();
    found.map(|(at, _)| at).filter(move |at| {
        let (before, after) = (&block[..*at], &block[at + sentence.len()..]);
        let begins = before.is_empty() || (before.ends_with(' ') && ends(before.trim_end()));
        begins && (after.is_empty() || (closed && after.starts_with(' ')))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::model::ClaimState;

    fn claim(sentence: &str) -> Claim {
        Claim { sentence: sentence.to_owned(), state: ClaimState::Supported, span: None }
    }

    fn kept(sentences: &[&str], body: &str) -> Vec<String> {
        let claims = sentences.iter().map(|sentence| claim(sentence)).collect();
        let document = format!("+++\ntitle = \"It was gone.\"\n+++\n\n{body}\n");
        carried(claims, &document).into_iter().map(|claim| claim.sentence).collect()
    }

    #[test]
    fn a_sentence_that_still_stands_keeps_its_claim_wherever_it_went() {
        let before = ["First one.", "Second, *with* stress.", "It was gone.", "An item"];
        let body = "## Second\n\nNew words here. Second, *with*\nstress.\n\n- An item\n- Other\n\n> First one. And more.";
        assert_eq!(kept(&before, body), ["Second, *with* stress.", "An item", "First one."]);
    }

    #[test]
    fn words_inside_another_sentence_are_not_the_sentence() {
        let denied = "Nobody can show that RFC 9309 is from 1994. It is fast, they say. It is fast";
        assert!(kept(&["RFC 9309 is from 1994.", "It is fast."], denied).is_empty());
        assert!(kept(&["An item"], "- An item with more").is_empty());
    }

    #[test]
    fn a_long_text_of_short_paragraphs_is_read_in_no_time() {
        let began = std::time::Instant::now();
        let body = format!("{}It is the last.", "a\n\n".repeat(300_000));
        assert_eq!(kept(&["It is the last."], &body).len(), 1);
        assert!(began.elapsed() < std::time::Duration::from_secs(30), "{:?}", began.elapsed());
    }

    #[test]
    fn of_a_sentence_that_stood_twice_and_stands_once_one_claim_stays() {
        assert_eq!(kept(&["Twice.", "Twice."], "Twice.").len(), 1);
        assert_eq!(kept(&["Twice.", "Twice."], "Twice. Twice.").len(), 2);
    }

    #[test]
    fn a_table_that_was_left_alone_keeps_its_claim() {
        let table = "| a | b | |---|---| | 1 | 2 |";
        assert_eq!(kept(&[table], "Text.\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\nMore.").len(), 1);
        assert!(kept(&[table], "| a | b |\n|---|---|\n| 1 | 3 |").is_empty());
    }
}
