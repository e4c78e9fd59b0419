//! A source's Markdown as parts under headings, each made of pieces that can be taken over.

use std::ops::Range;

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use super::statement::{Marks, Statement, statements};

/// What stands under one heading of a source.
#[derive(Debug)]
pub(super) struct Part {
    /// Index of the source in the task.
    pub(super) source: usize,
    /// Inline Markdown; empty before the first heading, and under the source's own title.
    pub(super) heading: String,
    pub(super) pieces: Vec<Piece>,
}

/// A piece of a part.
#[derive(Debug)]
pub(super) enum Piece {
    Prose(Vec<Statement>),
    List { ordered: bool, items: Vec<Statement> },
    Excerpt { markdown: String, what: Excerpt },
}

/// A block that is taken over whole or not at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Excerpt {
    Code,
    Table,
}

/// What is read of one source: a page is made of far less.
const READ: usize = 400 << 10;
const LONGEST_CODE: usize = 30;
const LONGEST_TABLE: usize = 30;

/// Reads the source with this index.
pub(super) fn read(source: usize, markdown: &str) -> Vec<Part> {
    let markdown = &markdown[..markdown.floor_char_boundary(READ)];
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_PLUSES_DELIMITED_METADATA_BLOCKS
        | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS;
    let mut reader = Reader::new(source, markdown);
    for (event, range) in Parser::new_ext(markdown, options).into_offset_iter() {
        reader.take(&event, range);
    }
    reader.parts
}

struct Reader<'a> {
    source: usize,
    markdown: &'a str,
    parts: Vec<Part>,
    /// Open block elements.
    depth: usize,
    /// The prose, heading or item that is being read.
    inline: Option<Range<usize>>,
    marks: Marks,
    list: Option<List>,
    /// A link that is open: where it began, and what of it has been seen inside.
    links: Vec<(usize, Option<Range<usize>>)>,
}

/// A list at the top level, simple as long as each item is one line of prose.
struct List {
    ordered: bool,
    simple: bool,
    items: Vec<Statement>,
    item: Option<Range<usize>>,
}

impl<'a> Reader<'a> {
    fn new(source: usize, markdown: &'a str) -> Reader<'a> {
        let first = Part { source, heading: String::new(), pieces: Vec::new() };
        Reader {
            source,
            markdown,
            parts: vec![first],
            depth: 0,
            inline: None,
            marks: Marks::default(),
            list: None,
            links: Vec::new(),
        }
    }

    fn take(&mut self, event: &Event<'_>, range: Range<usize>) {
        match event {
            Event::Start(tag) => self.open(tag, range),
            Event::End(tag) => self.close(tag, range),
            Event::Code(_) => self.inside(&range, |marks, range| marks.code.push(range)),
            Event::Html(_) | Event::InlineHtml(_) => {
                self.inside(&range, |marks, range| marks.unfit.push(range));
            }
            Event::FootnoteReference(_) => self.inside(&range, |marks, range| marks.cuts.push(range)),
            _ => self.inside(&range, |_, _| {}),
        }
    }

    fn open(&mut self, tag: &Tag<'_>, range: Range<usize>) {
        match tag {
            Tag::Emphasis | Tag::Strong | Tag::Strikethrough => self.inside(&range, |_, _| {}),
            Tag::Link { .. } => self.links.push((range.start, None)),
            Tag::Image { .. } => self.inside(&range, |marks, range| marks.unfit.push(range)),
            Tag::Heading { .. } | Tag::Paragraph => {
                self.depth += 1;
                // A second paragraph in an item.
                if let Some(list) = &mut self.list
                    && list.item.is_some()
                {
                    list.simple = false;
                }
                self.inline = Some(range);
                self.marks = Marks::default();
            }
            Tag::List(first) => {
                self.depth += 1;
                match &mut self.list {
                    None if self.depth == 1 => {
                        let ordered = first.is_some();
                        self.list = Some(List { ordered, simple: true, items: Vec::new(), item: None });
                    }
                    None => {}
                    Some(list) => list.simple = false,
                }
            }
            Tag::Item => {
                self.depth += 1;
                self.marks = Marks::default();
                if let Some(list) = &mut self.list {
                    list.item = None;
                }
            }
            Tag::CodeBlock(_) | Tag::Table(_) | Tag::BlockQuote(_) | Tag::HtmlBlock => {
                self.depth += 1;
                if let Some(list) = &mut self.list {
                    list.simple = false;
                }
                self.inline = None;
            }
            _ => self.depth += 1,
        }
    }

    fn close(&mut self, tag: &TagEnd, range: Range<usize>) {
        match tag {
            TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Image => return,
            TagEnd::Link => return self.close_link(range),
            _ => self.depth = self.depth.saturating_sub(1),
        }
        match tag {
            TagEnd::Heading(level) => self.heading(*level),
            // Deeper prose stands in quotes, notes and items, where lines begin with marks of their own.
            TagEnd::Paragraph if self.depth == 0 => self.prose(),
            TagEnd::Item => self.item(),
            TagEnd::List(_) if self.depth == 0 => self.finish_list(),
            TagEnd::CodeBlock if self.depth == 0 => self.excerpt(range, Excerpt::Code, LONGEST_CODE),
            TagEnd::Table if self.depth == 0 => self.excerpt(range, Excerpt::Table, LONGEST_TABLE),
            _ => {}
        }
    }

    /// Notes what lies inside the inline content that is being read.
    fn inside(&mut self, range: &Range<usize>, note: impl FnOnce(&mut Marks, Range<usize>)) {
        note(&mut self.marks, range.clone());
        for (_, seen) in &mut self.links {
            let start = seen.as_ref().map_or(range.start, |seen| seen.start.min(range.start));
            *seen = Some(start..seen.as_ref().map_or(range.end, |seen| seen.end.max(range.end)));
        }
        if let Some(list) = &mut self.list {
            let start = list.item.as_ref().map_or(range.start, |item| item.start.min(range.start));
            list.item = Some(start..list.item.as_ref().map_or(range.end, |item| item.end.max(range.end)));
        }
    }

    /// Of a link only its text is kept.
    fn close_link(&mut self, range: Range<usize>) {
        let Some((_, seen)) = self.links.pop() else { return };
        match seen {
            Some(seen) => {
                self.marks.cuts.push(range.start..seen.start);
                self.marks.cuts.push(seen.end..range.end);
                self.marks.links.push(range.clone());
            }
            None => self.marks.cuts.push(range.clone()),
        }
        self.inside(&range, |_, _| {});
    }

    fn heading(&mut self, level: HeadingLevel) {
        let Some(range) = self.inline.take() else { return };
        let text = self.marks.visible(self.markdown, range);
        let text = text.trim().trim_start_matches('#').trim_end_matches('#').trim();
        // The title names the whole source, so that what follows it is no part of its own.
        let heading = if level == HeadingLevel::H1 { String::new() } else { text.to_owned() };
        self.parts.push(Part { source: self.source, heading, pieces: Vec::new() });
    }

    fn prose(&mut self) {
        let Some(range) = self.inline.take() else { return };
        let statements = statements(self.markdown, range, &self.marks);
        if !statements.is_empty() {
            self.push(Piece::Prose(statements));
        }
    }

    fn item(&mut self) {
        let Some(list) = &mut self.list else { return };
        let Some(range) = list.item.take() else { return };
        match Statement::item(self.markdown, range, &self.marks) {
            Some(item) => list.items.push(item),
            None => list.simple = false,
        }
    }

    fn finish_list(&mut self) {
        if let Some(List { ordered, simple: true, items, .. }) = self.list.take()
            && (2..=15).contains(&items.len())
        {
            self.push(Piece::List { ordered, items });
        }
    }

    fn excerpt(&mut self, range: Range<usize>, what: Excerpt, longest: usize) {
        // From the beginning of its line: the indentation of indented code is what makes it code.
        let start = self.markdown[..range.start].rfind('\n').map_or(0, |end| end + 1);
        let markdown = self.markdown[start..range.end].trim_end();
        if markdown.lines().count() <= longest && !markdown.contains("](") && !markdown.is_empty() {
            self.push(Piece::Excerpt { markdown: markdown.to_owned(), what });
        }
    }

    fn push(&mut self, piece: Piece) {
        if let Some(part) = self.parts.last_mut() {
            part.pieces.push(piece);
        }
    }
}
