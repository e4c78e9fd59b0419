//! From a written draft to a page's document and its claims. Pure: what a model said is data here, parsed already, and
//! each quote is looked up in its source before its sentence counts as supported.

mod document;
mod links;
mod plain;

use crate::llm::{Block, PageDraft, Section, Sentence};

use super::evidence;
use super::model::{Claim, ClaimState, Page, Source, Span};

/// A page as it was composed.
#[derive(Debug)]
pub(super) struct Composed {
    /// Front matter and Markdown.
    pub document: String,
    /// Its sentences in order, each with its evidence.
    pub claims: Vec<Claim>,
}

/// What stands around the text.
#[derive(Debug)]
pub(super) struct Setting<'a> {
    /// The page.
    pub page: &'a Page,
    /// Its sources, in the order of the brief.
    pub sources: &'a [Source],
    /// When the page was first made, `2026-11-21`.
    pub published: String,
    /// Today.
    pub updated: String,
    /// Whether the sandbox wrote it: the page says so.
    pub sandbox: bool,
}

/// Composes the page.
pub(super) fn compose(draft: &PageDraft, setting: &Setting<'_>) -> Composed {
    let mut composer = Composer { sources: setting.sources, claims: Vec::new(), cited: Vec::new() };
    let mut body = String::new();
    for section in &draft.sections {
        composer.section(section, &mut body);
    }
    let cited: Vec<&Source> =
        setting.sources.iter().filter(|source| composer.cited.contains(&source.id)).collect();
    let document = document::write(draft, setting, &cited, &body);
    Composed { document, claims: composer.claims }
}

struct Composer<'a> {
    sources: &'a [Source],
    claims: Vec<Claim>,
    cited: Vec<super::SourceId>,
}

impl Composer<'_> {
    fn section(&mut self, section: &Section, body: &mut String) {
        if !section.heading.trim().is_empty() {
            body.push_str("## ");
            body.push_str(&plain::inline(&one_line(&section.heading)));
            body.push_str("\n\n");
        }
        for block in &section.blocks {
            self.block(block, body);
            body.push_str("\n\n");
        }
    }

    fn block(&mut self, block: &Block, body: &mut String) {
        match block {
            Block::Paragraph { sentences } => {
                let texts: Vec<String> = sentences.iter().map(|sentence| self.sentence(sentence)).collect();
                body.push_str(&texts.join(" "));
            }
            Block::List { ordered, items } => {
                for (n, item) in items.iter().enumerate() {
                    let text = self.sentence(item);
                    let marker = if *ordered { format!("{}. ", n + 1) } else { "- ".to_owned() };
                    body.push_str(&marker);
                    body.push_str(&text);
                    body.push('\n');
                }
            }
            Block::Excerpt { markdown, source_id } => {
                // An excerpt is evidence as a whole: it must stand in its source, white space folded.
                let quote = Sentence {
                    text: markdown.clone(),
                    quote: markdown.clone(),
                    source_id: source_id.clone(),
                };
                self.claim(&quote);
                body.push_str(markdown.trim_end());
            }
        }
    }

    /// A sentence with the links that its source gives it, and no others.
    fn sentence(&mut self, sentence: &Sentence) -> String {
        let text = one_line(&sentence.text);
        match self.claim(sentence) {
            Some(quote) => as_composed(&text, &quote),
            None => plain::inline(&text),
        }
    }

    /// Notes the claim; the quoted text of the source where there is one.
    fn claim(&mut self, sentence: &Sentence) -> Option<String> {
        let span = self.span(sentence);
        let state = if span.is_some() { ClaimState::Supported } else { ClaimState::Unsupported };
        let quote = span.as_ref().map(|span| span.quote.clone());
        if let Some(span) = &span
            && !self.cited.contains(&span.source)
        {
            self.cited.push(span.source);
        }
        self.claims.push(Claim { sentence: one_line(&sentence.text), state, span });
        quote
    }

    fn span(&self, sentence: &Sentence) -> Option<Span> {
        let source = self.sources.iter().find(|source| source.id.to_string() == sentence.source_id)?;
        let range = evidence::find(&source.body, &sentence.quote)?;
        let quote = source.body[range.clone()].to_owned();
        Some(Span { source: source.id, hash: source.hash.clone(), start: range.start, end: range.end, quote })
    }
}

/// A claim's sentence as it went into the page: with the links of its source, and nothing else of a model's markup.
pub(super) fn as_composed(sentence: &str, quote: &str) -> String {
    links::restore(&plain::inline(sentence), quote)
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests;
