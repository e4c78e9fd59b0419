//! Blocks: headings, quotes, lists, tables and code.

use super::Writer;
use crate::highlight;
use crate::markdown::escape::{escaped, push_escaped};
use crate::markdown::headings::Heading;
use crate::markdown::{admonition, plain};
use pulldown_cmark::{Alignment, BlockQuoteKind, CodeBlockKind, HeadingLevel, TagEnd};
use std::borrow::Cow;
use std::fmt::Write as _;

/// A heading whose end is not reached yet.
pub(super) struct OpenHeading {
    pub html: usize,
    pub plain: usize,
    pub level: HeadingLevel,
    pub id: Option<String>,
}

impl Writer<'_> {
    pub(super) fn end_heading(&mut self, end: usize) {
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

    pub(super) fn start_quote(&mut self, kind: Option<BlockQuoteKind>, offset: usize) {
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

    pub(super) fn start_list(&mut self, start: Option<u64>) {
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

    pub(super) fn start_item(&mut self) {
        self.body.html.push_str("<li>");
        if self.depth == 2 && self.step.is_some() && !self.steps_done {
            self.step = Some(self.body.plain.len());
        }
    }

    pub(super) fn end_item(&mut self) {
        self.body.html.push_str("</li>\n");
        if self.depth == 1
            && !self.steps_done
            && let Some(from) = self.step
        {
            self.body.steps.push(from..self.body.plain.len());
        }
        self.body.plain.push('\n');
    }

    pub(super) fn start_cell(&mut self) {
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

    pub(super) fn end_code(&mut self) {
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
}

/// Tags without attributes: opening and closing.
pub(super) fn plain_tag(tag: &TagEnd) -> (&'static str, &'static str) {
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
pub(super) fn language<'k>(kind: &'k CodeBlockKind<'_>) -> &'k str {
    match kind {
        CodeBlockKind::Indented => "",
        CodeBlockKind::Fenced(info) => info.split([' ', ',', '{', '\t']).next().unwrap_or_default(),
    }
}
