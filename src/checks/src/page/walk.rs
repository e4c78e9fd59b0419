//! One pass over the tree, without recursion: a page may be nested as deep as its author likes.

use ego_tree::NodeRef;
use ego_tree::iter::Edge;
use scraper::Node;
use scraper::node::Element;
use url::Url;

use super::element::{self, How, attr};
use super::{Cite, Head, Hidden, Page, bounds};
use crate::subject::Document;

mod facts;
mod frame;
mod interface;
mod text;

pub(super) use text::fold_space;

use frame::{Closing, Container, Frame};

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
        Walk {
            page: Page { mains, ..empty(at, document) },
            base,
            container,
            frames: vec![Frame::root(container)],
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
        frame.enter(element, self.container);
        frame.from = self.text.len();
        self.take_attributes(element);
        self.take_machine(element, node);
        let shown = frame.hidden.is_none() && !frame.machinery;
        if shown && html {
            self.take_kind(element, &mut frame, node);
        }
        self.frames.push(frame);
    }
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
