//! The first of two passes over a document: what others need to know of it, without writing any HTML.

use super::headings::{Heading, HeadingIds};
use super::target::{Target, classify};
use super::{MAX_DEPTH, admonition, options, plain, raw};
use pulldown_cmark::{Event, HeadingLevel, Parser, Tag, TagEnd};
use std::sync::Arc;

/// A link or picture that the press has to check and resolve.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Link {
    /// Line of the body, from 1.
    pub line: u32,
    /// As written.
    pub destination: Box<str>,
}

/// What a body says about itself.
#[derive(Debug, Default)]
pub(crate) struct Scan {
    /// A level-1 heading that opens the body: the title, if front matter has none.
    pub opening_title: Option<String>,
    pub headings: Vec<Heading>,
    /// Further ids that raw HTML sets.
    pub raw_ids: Vec<Box<str>>,
    pub links: Vec<Link>,
    /// Text of the first paragraph.
    pub summary: String,
    pub words: u32,
    /// The line at which nesting of Markdown or of raw HTML became deeper than a page can be.
    pub too_deep: Option<u32>,
    /// Links whose scheme could run script.
    pub forbidden: Vec<Link>,
}

/// Reads a body once. `document` is its path, for relative links.
pub(crate) fn scan(body: &str, document: &str) -> Scan {
    let (text, _) = admonition::expand(body);
    let mut pass = Pass { document, lines: Lines::new(&text), ..Pass::default() };
    for (event, range) in Parser::new_ext(&text, options()).into_offset_iter() {
        if pass.depth > MAX_DEPTH || pass.open_tags > MAX_OPEN_TAGS {
            pass.scan.too_deep = Some(pass.lines.line(range.start));
            break;
        }
        pass.event(event, range.start);
    }
    pass.scan.words = plain::count_words(&pass.plain);
    pass.scan
}

#[derive(Default)]
struct Pass<'a> {
    document: &'a str,
    scan: Scan,
    ids: HeadingIds,
    lines: Lines<'a>,
    plain: String,
    depth: usize,
    /// Raw HTML tags that are open.
    open_tags: usize,
    in_code: bool,
    in_image: usize,
    /// Start of the heading's text in `plain`, its level and explicit id.
    heading: Option<(usize, HeadingLevel, Option<String>)>,
    paragraph: Option<usize>,
    /// A block of raw HTML, which comes line by line, and where it begins.
    html: Option<(String, usize)>,
    blocks: usize,
}

impl<'a> Pass<'a> {
    fn event(&mut self, event: Event<'_>, offset: usize) {
        match event {
            Event::Start(tag) => {
                self.depth += 1;
                self.start(tag, offset);
            }
            Event::End(tag) => {
                self.depth = self.depth.saturating_sub(1);
                self.end(tag);
            }
            Event::Text(text) | Event::Code(text) if !self.in_code && self.in_image == 0 => {
                self.plain.push_str(&text);
            }
            Event::SoftBreak | Event::HardBreak => self.plain.push(' '),
            Event::Html(html) => {
                self.raw(&html);
                if let Some((block, _)) = &mut self.html {
                    block.push_str(&html);
                }
            }
            Event::InlineHtml(html) => {
                self.raw(&html);
                self.raw_links(&html, offset);
            }
            _ => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>, offset: usize) {
        match tag {
            Tag::Heading { level, id, .. } => {
                self.heading = Some((self.plain.len(), level, id.map(|id| id.to_string())));
                self.blocks += 1;
            }
            Tag::Paragraph => {
                if self.scan.summary.is_empty() && self.depth == 1 {
                    self.paragraph = Some(self.plain.len());
                }
                self.blocks += 1;
            }
            Tag::CodeBlock(_) => {
                self.in_code = true;
                self.blocks += 1;
            }
            Tag::HtmlBlock => {
                self.html = Some((String::new(), offset));
                self.blocks += 1;
            }
            Tag::Link { dest_url, .. } => self.link(&dest_url, offset),
            Tag::Image { dest_url, .. } => {
                self.in_image += 1;
                self.link(&dest_url, offset);
            }
            Tag::Emphasis | Tag::Strong | Tag::Strikethrough => {}
            _ => self.blocks += 1,
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Heading(_) => self.end_heading(),
            TagEnd::Paragraph => {
                if let Some(from) = self.paragraph.take() {
                    plain::push_summary(&mut self.scan.summary, &self.plain[from..]);
                }
                self.plain.push('\n');
            }
            TagEnd::CodeBlock => self.in_code = false,
            TagEnd::HtmlBlock => {
                if let Some((html, offset)) = self.html.take() {
                    self.raw_links(&html, offset);
                }
            }
            TagEnd::Image => self.in_image = self.in_image.saturating_sub(1),
            TagEnd::Link | TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough => {}
            _ => self.plain.push(' '),
        }
    }

    fn end_heading(&mut self) {
        let Some((from, level, id)) = self.heading.take() else { return };
        let text = plain::squeeze(&self.plain[from..]);
        self.plain.push('\n');
        if level == HeadingLevel::H1 && self.blocks == 1 {
            // It becomes the page's <h1>, which has no id of its own.
            self.scan.opening_title = Some(text);
            return;
        }
        let id = self.ids.id(&text, id.as_deref());
        self.scan.headings.push(Heading { level: level as u8, id: id.into(), text: text.into() });
    }

    fn raw(&mut self, html: &str) {
        collect_ids(html, &mut self.scan.raw_ids);
        self.open_tags = open_tags(html, self.open_tags);
    }

    fn raw_links(&mut self, html: &str, offset: usize) {
        let (mut lines, first) = (Lines::new(html), self.lines.line(offset) - 1);
        for address in raw::addresses(html) {
            self.link_on(&address.text, |_| first + lines.line(address.range.start));
        }
    }

    fn link(&mut self, destination: &str, offset: usize) {
        self.link_on(destination, |lines| lines.line(offset));
    }

    fn link_on(&mut self, destination: &str, line: impl FnOnce(&mut Lines<'a>) -> u32) {
        match classify(destination, self.document) {
            Target::External => {}
            target => {
                let link = Link { line: line(&mut self.lines), destination: destination.into() };
                if target == Target::Forbidden {
                    self.scan.forbidden.push(link);
                } else {
                    self.scan.links.push(link);
                }
            }
        }
    }
}

/// Lines of growing offsets, without counting from the top each time.
#[derive(Default)]
struct Lines<'a> {
    text: &'a str,
    offset: usize,
    newlines: u32,
}

impl<'a> Lines<'a> {
    fn new(text: &'a str) -> Lines<'a> {
        Lines { text, offset: 0, newlines: 0 }
    }

    fn line(&mut self, offset: usize) -> u32 {
        if offset < self.offset {
            (self.offset, self.newlines) = (0, 0);
        }
        let between = &self.text.as_bytes()[self.offset..offset.min(self.text.len())];
        let newlines = between.iter().filter(|byte| **byte == b'\n').count();
        self.newlines += u32::try_from(newlines).unwrap_or_default();
        self.offset = offset.min(self.text.len());
        self.newlines + 1
    }
}

/// Most raw HTML tags that may be open at once. The sanitiser's parser looks through all of them at every further tag, so
/// a page of nothing but `<div>` would take minutes.
const MAX_OPEN_TAGS: usize = 200;

/// Counts open tags after a piece of raw HTML. Tags without content and those that close by themselves do not count.
fn open_tags(html: &str, mut open: usize) -> usize {
    const FLAT: [&str; 26] = [
        "area", "base", "br", "col", "dd", "dt", "embed", "hr", "img", "input", "li", "link", "meta",
        "optgroup", "option", "p", "param", "rp", "rt", "source", "tbody", "td", "th", "tr", "track", "wbr",
    ];
    for piece in html.split('<').skip(1) {
        let closes = piece.starts_with('/');
        let name = piece.trim_start_matches('/');
        let end = name.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(name.len());
        let name = name[..end].to_ascii_lowercase();
        if name.is_empty() || FLAT.contains(&name.as_str()) || piece.contains("/>") {
            continue;
        }
        open = if closes { open.saturating_sub(1) } else { open + 1 };
    }
    open
}

/// `id="…"` and `name="…"` in raw HTML: anchors that links may point at.
fn collect_ids(html: &str, ids: &mut Vec<Box<str>>) {
    for marker in ["id=\"", "name=\"", "id='", "name='"] {
        let mut rest = html;
        while let Some((_, after)) = rest.split_once(marker) {
            let Some(end) = after.find(['"', '\'']) else { break };
            ids.push(after[..end].into());
            rest = &after[end..];
        }
    }
}

/// All places of a page that a fragment can name.
pub(crate) fn anchors(scan: &Scan) -> Vec<Arc<str>> {
    let mut anchors: Vec<Arc<str>> = scan.headings.iter().map(|heading| heading.id.clone()).collect();
    anchors.extend(scan.raw_ids.iter().map(|id| Arc::from(&**id)));
    anchors
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scan_finds_title_headings_links_and_summary() {
        let body = "# Title\n\nFirst *words* here.\n\n## Usage\n\n[a](@/b.md)\n\n[x](https://x.example) <a id=\"raw\"></a>\n";
        let scan = scan(body, "a.md");
        assert_eq!(scan.opening_title.as_deref(), Some("Title"));
        assert_eq!(scan.summary, "First words here.");
        assert_eq!(scan.headings.len(), 1);
        assert_eq!(scan.links, [Link { line: 7, destination: "@/b.md".into() }]);
        assert_eq!(&*scan.raw_ids[0], "raw");
        assert_eq!(scan.words, 7);
    }

    #[test]
    fn nesting_without_end_is_noticed_and_not_followed() {
        assert_eq!(scan(&"> ".repeat(100_000), "a.md").too_deep, Some(1));
        assert_eq!(scan(&"- + ".repeat(50_000), "a.md").too_deep, Some(1));
        assert_eq!(scan(&"1. ".repeat(100_000), "a.md").too_deep, Some(1));
    }
}
