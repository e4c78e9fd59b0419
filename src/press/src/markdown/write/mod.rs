//! The second of two passes: a body's HTML, written straight from the parser's events.

mod blocks;
mod inline;

use super::admonition::{self, Titles};
use super::body::Body;
use super::footnotes::Footnotes;
use super::headings::HeadingIds;
use super::mirror::Edits;
use super::picture::Picture;
use super::target::Target;
use super::{options, sanitise};
use blocks::{OpenHeading, language, plain_tag};
use pulldown_cmark::{Alignment, CowStr, Event, Parser, Tag, TagEnd};
use std::borrow::Cow;
use std::fmt::Write as _;
use std::ops::Range;

/// What only the site knows: where its own links lead and what its fixed words are.
pub(crate) trait Resolver {
    /// Address of an internal target on this site, with its fragment; `None` if it goes nowhere.
    fn link(&self, target: &Target<'_>) -> Option<String>;
    /// A picture of the site.
    fn picture(&self, target: &Target<'_>) -> Option<Picture>;
    /// An address of this site made absolute.
    fn absolute(&self, url: &str) -> String;
    /// A fixed word in the page's language: `note`, `footnotes`, …
    fn word(&self, key: &'static str) -> Cow<'_, str>;
}

/// Writes a body. `document` is its path, for relative links.
pub(crate) fn write(body: &str, document: &str, resolver: &dyn Resolver) -> Body {
    let (text, titles) = admonition::expand(body);
    let mut writer = Writer::new(&text, titles, document, resolver);
    let mut events = Parser::new_ext(&text, options()).into_offset_iter();
    for (event, range) in events.by_ref() {
        writer.event(event, range);
    }
    for (_, definition) in events.reference_definitions().iter() {
        writer.mirror_link(&definition.dest, definition.span.clone());
    }
    writer.finish()
}

struct Writer<'a> {
    text: &'a str,
    titles: Titles,
    document: &'a str,
    resolver: &'a dyn Resolver,
    body: Body,
    ids: HeadingIds,
    notes: Footnotes,
    edits: Edits,
    depth: usize,
    blocks: usize,
    has_raw: bool,
    /// Where a block of raw HTML began in the page's HTML.
    raw_block: usize,
    heading: Option<OpenHeading>,
    code: Option<(String, String)>,
    image: Option<(usize, String, CowStr<'a>, CowStr<'a>)>,
    alignments: Vec<Alignment>,
    column: usize,
    in_head: bool,
    note: Option<(String, String)>,
    step: Option<usize>,
    steps_done: bool,
    /// Where the text goes on after an opening title.
    text_start: usize,
}

impl<'a> Writer<'a> {
    fn new(text: &'a str, titles: Titles, document: &'a str, resolver: &'a dyn Resolver) -> Writer<'a> {
        let mut body = Body::default();
        body.html.reserve(text.len() * 2);
        body.plain.reserve(text.len());
        Writer {
            text,
            titles,
            document,
            resolver,
            body,
            ids: HeadingIds::default(),
            notes: Footnotes::default(),
            edits: Edits::default(),
            depth: 0,
            blocks: 0,
            has_raw: false,
            raw_block: 0,
            heading: None,
            code: None,
            image: None,
            alignments: Vec::new(),
            column: 0,
            in_head: false,
            note: None,
            step: None,
            steps_done: false,
            text_start: 0,
        }
    }

    fn event(&mut self, event: Event<'a>, range: Range<usize>) {
        match event {
            Event::Start(tag) => {
                self.depth += 1;
                self.start(tag, range);
            }
            Event::End(tag) => {
                self.depth = self.depth.saturating_sub(1);
                self.end(tag, &range);
            }
            Event::Text(text) => self.text(&text),
            Event::Code(text) => self.inline_code(&text),
            Event::Html(html) => self.body.html.push_str(&html),
            Event::InlineHtml(html) => self.raw(&html, range),
            Event::SoftBreak => self.line_break("\n"),
            Event::HardBreak => self.line_break("<br>\n"),
            Event::Rule => {
                self.blocks += 1;
                self.body.html.push_str("<hr>\n");
            }
            Event::TaskListMarker(done) => {
                let checked = if done { " checked" } else { "" };
                let _ = write!(self.body.html, "<input type=\"checkbox\" disabled{checked}> ");
            }
            Event::FootnoteReference(name) => self.notes.reference(&name, &mut self.body.html),
            Event::InlineMath(text) | Event::DisplayMath(text) => self.inline_code(&text),
        }
    }

    fn start(&mut self, tag: Tag<'a>, range: Range<usize>) {
        if !matches!(
            tag,
            Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Link { .. } | Tag::Image { .. }
        ) {
            self.blocks += 1;
        }
        match tag {
            Tag::Paragraph => self.body.html.push_str("<p>"),
            Tag::Heading { level, id, .. } => {
                let id = id.map(|id| id.to_string());
                self.heading =
                    Some(OpenHeading { html: self.body.html.len(), plain: self.body.plain.len(), level, id });
            }
            Tag::BlockQuote(kind) => self.start_quote(kind, range.start),
            Tag::HtmlBlock => self.raw_block = self.body.html.len(),
            Tag::CodeBlock(kind) => self.code = Some((language(&kind).to_owned(), String::new())),
            Tag::List(start) => self.start_list(start),
            Tag::Item => self.start_item(),
            Tag::FootnoteDefinition(name) => {
                self.note = Some((name.to_string(), std::mem::take(&mut self.body.html)));
            }
            Tag::Table(alignments) => {
                self.alignments = alignments;
                self.body.html.push_str("<div class=\"table-wrap\" tabindex=\"0\"><table>\n");
            }
            Tag::TableHead => {
                self.in_head = true;
                self.column = 0;
                self.body.html.push_str("<thead><tr>");
            }
            Tag::TableRow => {
                self.column = 0;
                self.body.html.push_str("<tr>");
            }
            Tag::TableCell => self.start_cell(),
            Tag::Link { dest_url, title, .. } => self.start_link(&dest_url, &title, range),
            Tag::Image { dest_url, title, .. } => self.start_image(dest_url, title, range),
            other => self.body.html.push_str(plain_tag(&other.to_end()).0),
        }
    }

    fn end(&mut self, tag: TagEnd, range: &Range<usize>) {
        match tag {
            TagEnd::Paragraph => {
                self.body.html.push_str("</p>\n");
                self.body.plain.push('\n');
            }
            TagEnd::Heading(_) => self.end_heading(range.end),
            TagEnd::BlockQuote(kind) => {
                self.body.html.push_str(if kind.is_some() { "</aside>\n" } else { "</blockquote>\n" });
            }
            TagEnd::CodeBlock => self.end_code(),
            TagEnd::HtmlBlock => {
                let html = self.body.html.split_off(self.raw_block);
                self.raw(&html, range.clone());
            }
            TagEnd::List(ordered) => {
                self.body.html.push_str(if ordered { "</ol>\n" } else { "</ul>\n" });
                self.steps_done |= ordered && self.depth == 0;
            }
            TagEnd::Item => self.end_item(),
            TagEnd::FootnoteDefinition => {
                if let Some((name, before)) = self.note.take() {
                    let html = std::mem::replace(&mut self.body.html, before);
                    self.notes.define(name, html);
                }
            }
            TagEnd::Table => self.body.html.push_str("</tbody></table></div>\n"),
            TagEnd::TableHead => {
                self.in_head = false;
                self.body.html.push_str("</tr></thead>\n<tbody>\n");
            }
            TagEnd::TableRow => self.body.html.push_str("</tr>\n"),
            TagEnd::TableCell => {
                self.body.html.push_str(if self.in_head { "</th>" } else { "</td>" });
                self.body.plain.push(' ');
            }
            TagEnd::Link => {
                if self.image.is_none() {
                    self.body.html.push_str("</a>");
                }
            }
            TagEnd::Image => self.end_image(),
            other => {
                if self.image.is_none() {
                    self.body.html.push_str(plain_tag(&other).1);
                }
                if matches!(other, TagEnd::DefinitionListTitle | TagEnd::DefinitionListDefinition) {
                    self.body.plain.push('\n');
                }
            }
        }
    }

    fn finish(mut self) -> Body {
        let label = self.resolver.word("footnotes");
        self.notes.finish(&label, &mut self.body.html);
        if self.has_raw {
            self.body.html = sanitise::clean(&self.body.html);
        }
        self.body.markdown = self.edits.apply(self.text, self.text_start);
        self.body
    }
}
