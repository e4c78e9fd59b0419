//! One pass over the tree, without recursion: a page may be nested as deep as its author likes.

use ego_tree::NodeRef;
use ego_tree::iter::Edge;
use scraper::Node;
use scraper::node::Element;
use url::Url;

use super::element::{self, How, Place, attr};
use super::{Block, Cite, Head, Heading, Hidden, Kind, Page, bounds};
use crate::subject::Document;

mod facts;
mod interface;

/// What holds for the text in an element.
#[derive(Clone, Copy)]
struct Frame {
    kind: Kind,
    place: Place,
    in_main: bool,
    hidden: Option<How>,
    machinery: bool,
    control: bool,
    quote: Option<usize>,
    head: bool,
    byline: Option<usize>,
    /// What to do when the element ends.
    closing: Closing,
    /// Where the element's text begins in the block being gathered.
    from: usize,
}

#[derive(Clone, Copy, PartialEq)]
enum Closing {
    Nothing,
    Block,
    Link(usize),
    Time(usize),
    Mention,
    Quotation,
    Work,
    Caption,
}

/// Which element holds the main text.
#[derive(Clone, Copy, PartialEq)]
enum Container {
    Main,
    Article,
    Body,
}

struct Walk<'d> {
    page: Page<'d>,
    base: Url,
    container: Container,
    frames: Vec<Frame>,
    text: String,
    mentions: Vec<std::ops::Range<usize>>,
    cites: Vec<(std::ops::Range<usize>, Cite)>,
    /// Kind, place and quotation of the block being gathered: those of its first text.
    first: Option<Frame>,
    /// Ids that a visible control shows (`aria-controls`, `href="#id"`, `popovertarget`, labels).
    controlled: std::collections::HashSet<String>,
    main_node: Option<ego_tree::NodeId>,
}

pub(super) fn read(at: usize, document: &Document) -> Page<'_> {
    let tree = bounds::parse(&document.body);
    let mut walk = Walk::new(at, document, &tree.html);
    // `traverse` steps from edge to edge; the frames are the only stack, and it lies on the heap.
    for edge in tree.html.tree.root().traverse() {
        match edge {
            Edge::Open(node) => walk.open(node),
            Edge::Close(node) => walk.close(node),
        }
    }
    walk.flush();
    let main_node = walk.main_node;
    let mut page = walk.page;
    if let Some(wanted) = main_node {
        let made = tree.html.tree.nodes().position(|node| node.id() == wanted);
        page.main_start = made.and_then(|made| tree.offsets.get(made)).map(|offset| *offset as usize);
    }
    page
}

impl<'d> Walk<'d> {
    fn new(at: usize, document: &'d Document, html: &scraper::Html) -> Walk<'d> {
        let elements = || html.tree.values().filter_map(Node::as_element);
        let shown = |element: &&Element| element::hidden(element).is_none();
        let mains = elements()
            .filter(|one| one.name() == "main" || element::role(one) == "main")
            .filter(shown)
            .count();
        let articles = elements().filter(|one| one.name() == "article").count();
        let container = match (mains, articles) {
            (1.., _) => Container::Main,
            (0, 1) => Container::Article,
            _ => Container::Body,
        };
        let base = elements().find(|one| one.name() == "base").and_then(|one| attr(one, "href"));
        let base = base.and_then(|href| document.url.join(href).ok()).unwrap_or_else(|| document.url.clone());
        let root = Frame {
            kind: Kind::Paragraph,
            place: Place::Body,
            in_main: container == Container::Body,
            hidden: None,
            machinery: false,
            control: false,
            quote: None,
            head: false,
            byline: None,
            closing: Closing::Nothing,
            from: 0,
        };
        Walk {
            page: Page { mains, ..empty(at, document) },
            base,
            container,
            frames: vec![root],
            text: String::new(),
            mentions: Vec::new(),
            cites: Vec::new(),
            first: None,
            controlled: interface::controlled(elements()),
            main_node: None,
        }
    }

    fn top(&self) -> &Frame {
        // The root frame is never popped: elements push and pop in pairs.
        &self.frames[self.frames.len() - 1]
    }

    fn open(&mut self, node: NodeRef<'_, Node>) {
        match node.value() {
            Node::Text(text) => self.take_text(text, node),
            Node::Comment(comment) if comment.trim().len() > 3 => {
                self.page.unseen.push(comment.trim().to_owned());
            }
            Node::Element(element) => self.open_element(element, node),
            _ => {}
        }
    }

    fn close(&mut self, node: NodeRef<'_, Node>) {
        if !node.value().is_element() {
            return;
        }
        if self.frames.len() > 1 {
            let Some(frame) = self.frames.pop() else { return };
            let part = self.text.get(frame.from..).unwrap_or("").trim();
            let start = frame.from.min(self.text.len());
            let range = start..self.text.len();
            if let Some(at) = frame.byline {
                self.page.bylines[at] = part.to_owned();
            }
            match frame.closing {
                Closing::Nothing => {}
                Closing::Block => self.flush(),
                Closing::Link(at) => self.page.links[at].text.push_str(part),
                Closing::Time(at) => self.page.times[at].text = part.to_owned(),
                Closing::Mention => self.mentions.push(range),
                Closing::Quotation => {
                    self.mentions.push(range.clone());
                    self.cites.push((range, Cite::Quotation));
                }
                Closing::Work => self.cites.push((range, Cite::Work)),
                Closing::Caption => {
                    let caption = part.to_owned();
                    self.flush();
                    let waiting =
                        self.page.quotes.iter_mut().rev().find(|quote| quote.caption.as_deref() == Some(""));
                    if let Some(quote) = waiting {
                        quote.caption = Some(caption);
                    }
                }
            }
        }
    }

    fn open_element(&mut self, element: &Element, node: NodeRef<'_, Node>) {
        let name = element.name();
        let mut frame = *self.top();
        frame.closing = Closing::Nothing;
        frame.byline = None;
        frame.head |= name == "head";
        let html = element::is_html(element);
        if html && element::is_block(name) {
            self.flush();
            frame.closing = Closing::Block;
        }
        let mut revealed = false;
        if let (None, Some(how)) = (frame.hidden, element::hidden(element)) {
            frame.hidden = Some(how);
            revealed = how == How::NotShown && self.is_interface(element, node);
            self.page.hidden.push(Hidden { text: String::new(), how });
        }
        frame.machinery |= element::is_machinery(&element.name.local) || revealed;
        frame.control |=
            element::is_control(name) || matches!(element::role(element), "search" | "dialog" | "form");
        self.enter_place(element, &mut frame);
        frame.from = self.text.len();
        self.take_attributes(element);
        self.take_machine(element, node);
        let shown = frame.hidden.is_none() && !frame.machinery;
        if shown && html {
            self.take_kind(element, &mut frame, node);
        }
        self.frames.push(frame);
    }

    fn enter_place(&mut self, element: &Element, frame: &mut Frame) {
        let (name, role) = (element.name(), element::role(element));
        let starts = match self.container {
            Container::Main => name == "main" || role == "main",
            Container::Article => name == "article",
            Container::Body => false,
        };
        if starts && frame.hidden.is_none() {
            frame.in_main = true;
            frame.place = Place::Main;
        }
        // In the main element a header, footer or aside belongs to the text; elsewhere it frames the page.
        let framing = frame.place != Place::Main;
        let place = match (name, role) {
            ("nav", _) | (_, "navigation") => Place::Nav,
            ("form" | "search" | "dialog", _) | (_, "search" | "dialog") => Place::Form,
            ("header", _) | (_, "banner") if framing => Place::Header,
            ("footer", _) | (_, "contentinfo") if framing => Place::Footer,
            ("aside", _) | (_, "complementary") if framing => Place::Aside,
            _ => return,
        };
        frame.place = place;
        frame.in_main = false;
    }

    fn take_text(&mut self, text: &str, node: NodeRef<'_, Node>) {
        let top = self.top();
        if top.machinery {
            return;
        }
        if top.hidden.is_some() {
            let text = fold_space(text);
            if let (Some(run), false) = (self.page.hidden.last_mut(), text.is_empty()) {
                run.text.push(' ');
                run.text.push_str(&text);
            }
            return;
        }
        if top.kind == Kind::Code {
            self.note_first(text, node);
            self.text.push_str(text);
            return;
        }
        self.note_first(text, node);
        for (at, word) in text.split_whitespace().enumerate() {
            let spaced = at > 0 || text.starts_with(char::is_whitespace);
            if spaced && !self.text.is_empty() && !self.text.ends_with(' ') {
                self.text.push(' ');
            }
            self.text.push_str(word);
        }
        if text.ends_with(char::is_whitespace) && !self.text.is_empty() && !self.text.ends_with(' ') {
            self.text.push(' ');
        }
    }

    fn note_first(&mut self, text: &str, node: NodeRef<'_, Node>) {
        if text.trim().is_empty() {
            return;
        }
        if self.first.is_none() {
            self.first = Some(*self.top());
        }
        let top = self.top();
        if top.in_main && !top.control && self.main_node.is_none() {
            self.main_node = Some(node.id());
        }
    }

    /// Ends the block being gathered.
    fn flush(&mut self) {
        let mut text = std::mem::take(&mut self.text);
        let mentions = std::mem::take(&mut self.mentions);
        let cites = std::mem::take(&mut self.cites);
        let Some(first) = self.first.take() else { return };
        text.truncate(text.trim_end().len());
        let end = text.len();
        let within = |range: std::ops::Range<usize>| range.start.min(end)..range.end.min(end);
        let mentions = mentions.into_iter().map(within).collect();
        let cites = cites.into_iter().map(|(range, cite)| (within(range), cite)).collect();
        if let Kind::Heading(level) = first.kind {
            self.page.headings.push(Heading { level, text: text.clone(), place: first.place });
        }
        self.page.blocks.push(Block {
            kind: first.kind,
            text,
            place: first.place,
            main: first.in_main && !first.control,
            quote: first.quote,
            mentions,
            cites,
        });
    }
}

pub(super) fn fold_space(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn empty(at: usize, document: &Document) -> Page<'_> {
    Page {
        at,
        document,
        head: Head::default(),
        blocks: Vec::new(),
        headings: Vec::new(),
        links: Vec::new(),
        images: Vec::new(),
        times: Vec::new(),
        hidden: Vec::new(),
        quotes: Vec::new(),
        unseen: Vec::new(),
        json_ld: Vec::new(),
        mains: 0,
        lists_and_tables: 0,
        snippet_barred: false,
        bylines: Vec::new(),
        main_start: None,
        visible_words: 0.0,
        main_words: 0.0,
        folded: String::new(),
    }
}
