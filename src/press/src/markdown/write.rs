//! The second of two passes: a body's HTML, written straight from the parser's events.

use super::admonition::{self, Titles};
use super::body::Body;
use super::escape::{escaped, push_escaped};
use super::footnotes::Footnotes;
use super::headings::{Heading, HeadingIds};
use super::mirror::Edits;
use super::target::{Target, classify};
use super::{options, plain, sanitise};
use crate::highlight;
use pulldown_cmark::{
    Alignment, BlockQuoteKind, CodeBlockKind, CowStr, Event, HeadingLevel, Parser, Tag, TagEnd,
};
use std::borrow::Cow;
use std::fmt::Write as _;
use std::ops::Range;

/// A picture of the site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Picture {
    pub url: String,
    pub size: Option<(u32, u32)>,
}

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

struct OpenHeading {
    html: usize,
    plain: usize,
    level: HeadingLevel,
    id: Option<String>,
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
            Event::Html(html) | Event::InlineHtml(html) => {
                self.has_raw = true;
                self.body.html.push_str(&html);
            }
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

    fn text(&mut self, text: &str) {
        if let Some((_, code)) = &mut self.code {
            code.push_str(text);
        } else if let Some((_, alt, ..)) = &mut self.image {
            alt.push_str(text);
        } else {
            push_escaped(&mut self.body.html, text);
            self.body.plain.push_str(text);
        }
    }

    fn inline_code(&mut self, text: &str) {
        if let Some((_, alt, ..)) = &mut self.image {
            alt.push_str(text);
            return;
        }
        self.body.html.push_str("<code>");
        push_escaped(&mut self.body.html, text);
        self.body.html.push_str("</code>");
        self.body.plain.push_str(text);
    }

    fn line_break(&mut self, html: &str) {
        if let Some((_, alt, ..)) = &mut self.image {
            alt.push(' ');
            return;
        }
        self.body.html.push_str(html);
        self.body.plain.push(' ');
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

    fn end_heading(&mut self, end: usize) {
        let Some(open) = self.heading.take() else { return };
        let text = plain::squeeze(&self.body.plain[open.plain..]);
        if open.level == HeadingLevel::H1 && self.blocks == 1 {
            // The opening title: the template shows it as the page's only <h1>.
            self.body.html.truncate(open.html);
            self.body.plain.truncate(open.plain);
            self.text_start = end;
            return;
        }
        let inner = self.body.html.split_off(open.html);
        let id = self.ids.id(&text, open.id.as_deref());
        // A second <h1> would compete with the title.
        let level = (open.level as u8).max(2);
        let out = &mut self.body.html;
        let _ = writeln!(
            out,
            "<h{level} id=\"{id}\">{inner}<a class=\"heading-anchor\" href=\"#{id}\" aria-hidden=\"true\" tabindex=\"-1\"></a></h{level}>"
        );
        self.body.heading_starts.push(open.plain);
        self.body.heading_ends.push(self.body.plain.len());
        self.body.plain.push('\n');
        self.body.headings.push(Heading { level: open.level as u8, id: id.into(), text: text.into() });
    }

    fn start_quote(&mut self, kind: Option<BlockQuoteKind>, offset: usize) {
        let Some(kind) = kind else {
            self.body.html.push_str("<blockquote>\n");
            return;
        };
        let class = admonition::class(kind);
        let own = self.titles.iter().find(|(at, _)| *at == offset).map(|(_, title)| title.clone());
        let title = own.map_or_else(|| self.resolver.word(class), Cow::Owned);
        let title = escaped(&title);
        let _ = write!(
            self.body.html,
            "<aside class=\"admonition {class}\" role=\"note\" aria-label=\"{title}\">\n<p class=\"admonition-title\">{title}</p>\n"
        );
    }

    fn start_list(&mut self, start: Option<u64>) {
        match start {
            None => self.body.html.push_str("<ul>\n"),
            Some(1) => self.body.html.push_str("<ol>\n"),
            Some(start) => {
                let _ = writeln!(self.body.html, "<ol start=\"{start}\">");
            }
        }
        if start.is_some() && self.depth == 1 && !self.steps_done {
            self.step = Some(self.body.plain.len());
        }
    }

    fn start_item(&mut self) {
        self.body.html.push_str("<li>");
        if self.depth == 2 && self.step.is_some() && !self.steps_done {
            self.step = Some(self.body.plain.len());
        }
    }

    fn end_item(&mut self) {
        self.body.html.push_str("</li>\n");
        if self.depth == 1
            && !self.steps_done
            && let Some(from) = self.step
        {
            self.body.steps.push(from..self.body.plain.len());
        }
        self.body.plain.push('\n');
    }

    fn start_cell(&mut self) {
        let class = match self.alignments.get(self.column) {
            Some(Alignment::Left) => " class=\"align-left\"",
            Some(Alignment::Center) => " class=\"align-center\"",
            Some(Alignment::Right) => " class=\"align-right\"",
            _ => "",
        };
        self.column += 1;
        self.body.html.push_str(if self.in_head { "<th scope=\"col\"" } else { "<td" });
        self.body.html.push_str(class);
        self.body.html.push('>');
    }

    fn end_code(&mut self) {
        let Some((language, code)) = self.code.take() else { return };
        let out = &mut self.body.html;
        if language.is_empty() {
            out.push_str("<pre class=\"code\" tabindex=\"0\"><code>");
            push_escaped(out, &code);
        } else {
            out.push_str("<pre class=\"code\" tabindex=\"0\" data-lang=\"");
            push_escaped(out, &language);
            out.push_str("\"><code class=\"language-");
            push_escaped(out, &language);
            out.push_str("\">");
            highlight::push_highlighted(out, &language, &code);
        }
        out.push_str("</code></pre>\n");
    }

    fn start_link(&mut self, destination: &str, title: &str, range: Range<usize>) {
        if self.image.is_some() {
            return;
        }
        let href = self.href(destination, range);
        let out = &mut self.body.html;
        out.push_str("<a href=\"");
        push_escaped(out, &href);
        if !title.is_empty() {
            out.push_str("\" title=\"");
            push_escaped(out, title);
        }
        out.push_str("\">");
    }

    /// A destination as it stands in the page; the mirror gets the same as an absolute address.
    fn href<'d>(&mut self, destination: &'d str, range: Range<usize>) -> Cow<'d, str> {
        match classify(destination, self.document) {
            Target::External | Target::Anchor(_) => Cow::Borrowed(destination),
            Target::Forbidden => Cow::Borrowed(""),
            target => match self.resolver.link(&target) {
                Some(url) => {
                    self.edits.destination(self.text, range, destination, self.resolver.absolute(&url));
                    Cow::Owned(url)
                }
                // Only a preview gets here with a link that goes nowhere: it shows it as written.
                None => Cow::Borrowed(destination),
            },
        }
    }

    fn mirror_link(&mut self, destination: &str, range: Range<usize>) {
        let target = classify(destination, self.document);
        if let Target::Document { .. } | Target::Path { .. } = target
            && let Some(url) =
                self.resolver.link(&target).or_else(|| self.resolver.picture(&target).map(|p| p.url))
        {
            self.edits.destination(self.text, range, destination, self.resolver.absolute(&url));
        }
    }

    fn start_image(&mut self, destination: CowStr<'a>, title: CowStr<'a>, range: Range<usize>) {
        self.mirror_link(&destination, range);
        // A picture inside a picture's alternative text adds its words and nothing else.
        if self.image.is_none() {
            self.image = Some((self.depth, String::new(), destination, title));
        }
    }

    fn end_image(&mut self) {
        if self.image.as_ref().is_none_or(|(depth, ..)| *depth != self.depth + 1) {
            return;
        }
        let Some((_, alt, destination, title)) = self.image.take() else { return };
        let picture = match classify(&destination, self.document) {
            Target::External => Picture { url: destination.to_string(), size: None },
            target => self.resolver.picture(&target).unwrap_or(Picture { url: String::new(), size: None }),
        };
        push_picture(&mut self.body.html, &picture, &alt, &title);
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

/// Writes an `<img>` that does not move the page when it loads.
pub(crate) fn push_picture(out: &mut String, picture: &Picture, alt: &str, title: &str) {
    out.push_str("<img src=\"");
    push_escaped(out, &picture.url);
    out.push_str("\" alt=\"");
    push_escaped(out, alt.trim());
    if !title.is_empty() {
        out.push_str("\" title=\"");
        push_escaped(out, title);
    }
    out.push('"');
    if let Some((width, height)) = picture.size {
        let _ = write!(out, " width=\"{width}\" height=\"{height}\"");
    }
    out.push_str(" loading=\"lazy\" decoding=\"async\">");
}

/// Tags without attributes: opening and closing.
fn plain_tag(tag: &TagEnd) -> (&'static str, &'static str) {
    match tag {
        TagEnd::Emphasis => ("<em>", "</em>"),
        TagEnd::Strong => ("<strong>", "</strong>"),
        TagEnd::Strikethrough => ("<del>", "</del>"),
        TagEnd::Superscript => ("<sup>", "</sup>"),
        TagEnd::Subscript => ("<sub>", "</sub>"),
        TagEnd::DefinitionList => ("<dl>\n", "</dl>\n"),
        TagEnd::DefinitionListTitle => ("<dt>", "</dt>\n"),
        TagEnd::DefinitionListDefinition => ("<dd>", "</dd>\n"),
        _ => ("", ""),
    }
}

/// The language of a code block: the first word of its info string.
fn language<'k>(kind: &'k CodeBlockKind<'_>) -> &'k str {
    match kind {
        CodeBlockKind::Indented => "",
        CodeBlockKind::Fenced(info) => info.split([' ', ',', '{', '\t']).next().unwrap_or_default(),
    }
}
