//! What holds for the text in an element, and how an element changes it.

use scraper::node::Element;

use crate::page::Kind;
use crate::page::element::{self, How, Place};

/// What holds for the text in an element.
#[derive(Clone, Copy)]
pub(super) struct Frame {
    pub kind: Kind,
    pub place: Place,
    pub in_main: bool,
    pub hidden: Option<How>,
    pub machinery: bool,
    pub control: bool,
    pub quote: Option<usize>,
    pub head: bool,
    pub byline: Option<usize>,
    /// What to do when the element ends.
    pub closing: Closing,
    /// Where the element's text begins in the block being gathered.
    pub from: usize,
}

#[derive(Clone, Copy, PartialEq)]
pub(super) enum Closing {
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
pub(super) enum Container {
    Main,
    Article,
    Body,
}

impl Frame {
    /// Around everything.
    pub fn root(container: Container) -> Frame {
        Frame {
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
        }
    }

    /// Where an element puts the text in it.
    pub fn enter(&mut self, element: &Element, container: Container) {
        let (name, role) = (element.name(), element::role(element));
        let starts = match container {
            Container::Main => name == "main" || role == "main",
            Container::Article => name == "article",
            Container::Body => false,
        };
        if starts && self.hidden.is_none() {
            self.in_main = true;
            self.place = Place::Main;
        }
        // In the main element a header, footer or aside belongs to the text; elsewhere it frames the page.
        let framing = self.place != Place::Main;
        let place = match (name, role) {
            ("nav", _) | (_, "navigation") => Place::Nav,
            ("form" | "search" | "dialog", _) | (_, "search" | "dialog") => Place::Form,
            ("header", _) | (_, "banner") if framing => Place::Header,
            ("footer", _) | (_, "contentinfo") if framing => Place::Footer,
            ("aside", _) | (_, "complementary") if framing => Place::Aside,
            _ => return,
        };
        self.place = place;
        self.in_main = false;
    }
}
