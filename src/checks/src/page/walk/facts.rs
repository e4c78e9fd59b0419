//! What the elements say: the head, links, images, dates, lists.

use ego_tree::NodeRef;
use scraper::Node;
use scraper::node::Element;

use super::super::element::{self, attr};
use super::super::{Image, JsonLd, Kind, Link, Quote, Time};
use super::{Closing, Frame, Walk, fold_space};

impl Walk<'_> {
    /// What is in a page whether it is shown or not.
    pub(super) fn take_machine(&mut self, element: &Element, node: NodeRef<'_, Node>) {
        let in_head = self.top().head;
        match element.name() {
            "html" => self.page.head.language = attr(element, "lang").map(|lang| lang.trim().to_owned()),
            "title" if element::is_html(element) && in_head => {
                let text: String =
                    node.children().filter_map(|child| Some(&**child.value().as_text()?)).collect();
                self.page.head.titles.push(fold_space(&text));
            }
            "meta" => self.page.head.take_meta(element),
            "link" if in_head => self.page.head.take_link(element),
            "base" => self.page.head.base = attr(element, "href").map(str::to_owned),
            "script" if attr(element, "type").is_some_and(is_json_ld) => {
                let text: String =
                    node.children().filter_map(|child| Some(&**child.value().as_text()?)).collect();
                self.page.json_ld.push(JsonLd::read(&text));
            }
            _ => {}
        }
        let main = matches!(element.name(), "body" | "main") || element::role(element) == "main";
        self.page.snippet_barred |= main && attr(element, "data-nosnippet").is_some();
    }

    pub(super) fn take_attributes(&mut self, element: &Element) {
        for name in
            ["alt", "title", "aria-label", "aria-description", "content", "placeholder", "data-prompt"]
        {
            if let Some(value) = attr(element, name).filter(|value| value.len() > 8) {
                self.page.unseen.push(value.to_owned());
            }
        }
    }

    /// What a visible element is.
    pub(super) fn take_kind(&mut self, element: &Element, frame: &mut Frame, node: NodeRef<'_, Node>) {
        let name = element.name();
        match name {
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                frame.kind = Kind::Heading(name.as_bytes()[1] - b'0');
            }
            "p" | "div" | "section" | "article" | "main" | "blockquote" | "figure"
                if name == "p" || !is_part(frame.kind) =>
            {
                frame.kind = Kind::Paragraph;
            }
            "li" | "dd" => frame.kind = Kind::Item,
            "td" | "th" => frame.kind = Kind::Cell,
            "dt" => frame.kind = Kind::Term,
            "pre" => frame.kind = Kind::Code,
            "figcaption" | "caption" => {
                frame.kind = Kind::Caption;
                frame.closing = Closing::Caption;
            }
            "code" | "kbd" | "samp" | "var" => frame.closing = Closing::Mention,
            "q" => frame.closing = Closing::Quotation,
            "cite" => frame.closing = Closing::Work,
            "br" => self.text.push(' '),
            "a" => self.take_link(element, frame),
            "time" => self.take_time(element, frame),
            "img" => self.take_image(element),
            "ul" | "ol" | "dl" | "table" if frame.in_main => self.take_list(element, node),
            _ => {}
        }
        if name == "blockquote" {
            frame.quote.get_or_insert(self.page.quotes.len());
            let figure = node
                .ancestors()
                .take(3)
                .any(|up| up.value().as_element().is_some_and(|up| up.name() == "figure"));
            let cite = attr(element, "cite").map(str::to_owned);
            self.page.quotes.push(Quote { cite, caption: figure.then(String::new) });
        }
        self.take_byline(element, frame);
    }

    fn take_byline(&mut self, element: &Element, frame: &mut Frame) {
        let words = ["rel", "itemprop", "class"].into_iter().filter_map(|name| attr(element, name));
        let marked = words.flat_map(str::split_whitespace).any(|word| {
            let word = word.to_ascii_lowercase();
            matches!(
                &*word,
                "author" | "byline" | "p-author" | "post-author" | "page-author" | "article-author"
            )
        });
        if marked {
            frame.byline = Some(self.page.bylines.len());
            self.page.bylines.push(String::new());
        }
    }

    fn take_link(&mut self, element: &Element, frame: &mut Frame) {
        let Some(href) = attr(element, "href") else { return };
        frame.closing = Closing::Link(self.page.links.len());
        self.page.links.push(Link {
            href: href.trim().to_owned(),
            url: self.base.join(href.trim()).ok(),
            text: attr(element, "aria-label").unwrap_or("").to_owned(),
            rel: attr(element, "rel").unwrap_or("").to_ascii_lowercase(),
            main: frame.in_main,
            block: self.page.blocks.len(),
        });
    }

    fn take_time(&mut self, element: &Element, frame: &mut Frame) {
        frame.closing = Closing::Time(self.page.times.len());
        let marks = ["class", "itemprop", "pubdate"].into_iter().filter_map(|name| attr(element, name));
        self.page.times.push(Time {
            datetime: attr(element, "datetime").map(|value| value.trim().to_owned()),
            text: String::new(),
            place: frame.place,
            block: self.page.blocks.len(),
            at: self.text.len(),
            marks: marks.collect::<Vec<_>>().join(" ").to_ascii_lowercase(),
        });
    }

    fn take_image(&mut self, element: &Element) {
        let decoration = attr(element, "aria-hidden") == Some("true")
            || matches!(element::role(element), "presentation" | "none");
        self.page.images.push(Image {
            src: attr(element, "src").unwrap_or("").to_owned(),
            alt: attr(element, "alt").map(fold_space),
            decoration,
        });
    }

    fn take_list(&mut self, element: &Element, node: NodeRef<'_, Node>) {
        if matches!(element::role(element), "presentation" | "none" | "tablist" | "menu") {
            return;
        }
        let is_row = |node: &NodeRef<'_, Node>| {
            node.value().as_element().is_some_and(|row| matches!(row.name(), "li" | "dd" | "tr"))
        };
        // Rows are children, or stand in one level of grouping (tbody, the div of a dl).
        let rows = node.children().filter(is_row).count();
        let grouped = node.children().flat_map(|group| group.children()).filter(is_row).take(2).count();
        self.page.lists_and_tables +=
            usize::from(rows >= 2 || (element.name() != "ul" && grouped + rows >= 2));
    }
}

/// Inside a list item or a cell a `div` is still that item.
fn is_part(kind: Kind) -> bool {
    !matches!(kind, Kind::Paragraph)
}

fn is_json_ld(kind: &str) -> bool {
    kind.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/ld+json"))
}
