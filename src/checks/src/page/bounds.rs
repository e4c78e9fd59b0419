//! A parser that stays within bounds on hostile input.
//!
//! html5ever follows the standard, and the standard's tree construction is quadratic for some inputs: every `<div>`
//! walks the stack of open elements, every `<p>` reopens all formatting elements, every attribute is compared with
//! those before it. Browsers cap the depth at 512; so does this.

use std::cell::{Cell, RefCell};

use html5ever::interface::TokenizerResult;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::TokenizerOpts;
use html5ever::tokenizer::{BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer};
use html5ever::tree_builder::{TreeBuilder, TreeBuilderOpts, TreeSink as _};
use scraper::{Html, HtmlTreeSink};

mod nesting;
mod readable;

use nesting::{is_formatting, is_scope, is_shallow, is_special};
use readable::{next, readable};

/// Bytes of a body that are read; the rest is not there for the checks.
pub(crate) const MOST_BYTES: usize = 10 * 1024 * 1024;
const DEEPEST: usize = 512;
const MOST_FORMATTING: usize = 32;
const MOST_NODES: usize = 1_000_000;

type Builder = TreeBuilder<ego_tree::NodeId, HtmlTreeSink>;

/// The tree, and for each of its nodes (in order of creation) where in the text the parser stood.
pub(crate) struct Tree {
    pub(crate) html: Html,
    pub(crate) offsets: Vec<u32>,
}

/// Reads HTML as a browser without scripts does, within the bounds.
pub(crate) fn parse(body: &str) -> Tree {
    let body = &body[..readable(body)];
    let sink = Bounded {
        builder: TreeBuilder::new(HtmlTreeSink::new(Html::new_document()), TreeBuilderOpts::default()),
        open: RefCell::new(Vec::new()),
        formatting: Cell::new(0),
        at: Cell::new(0),
        offsets: RefCell::new(Vec::new()),
    };
    let tokenizer = Tokenizer::new(sink, TokenizerOpts::default());
    let input = BufferQueue::default();
    // Fed piece by piece, so that each node's place in the text is known: a piece begins at a `<`.
    let mut start = 0;
    while start < body.len() {
        let next = next(body.as_bytes(), start + 1, b"<").unwrap_or(body.len());
        tokenizer.sink.at.set(start);
        input.push_back(StrTendril::from_slice(&body[start..next]));
        while let TokenizerResult::Script(_) | TokenizerResult::EncodingIndicator(_) = tokenizer.feed(&input)
        {
        }
        start = next;
    }
    tokenizer.end();
    let Bounded { builder, offsets, .. } = tokenizer.sink;
    Tree { html: builder.sink.finish(), offsets: offsets.into_inner() }
}

/// One start tag seen and not yet closed.
struct Open {
    name: html5ever::LocalName,
    /// Whether the tree builder saw it; where it did not, it must not see the end tag either.
    kept: bool,
}

/// Stands between tokenizer and tree builder and drops what would go over a bound.
struct Bounded {
    builder: Builder,
    open: RefCell<Vec<Open>>,
    formatting: Cell<usize>,
    at: Cell<usize>,
    offsets: RefCell<Vec<u32>>,
}

impl TokenSink for Bounded {
    type Handle = ego_tree::NodeId;

    fn process_token(&self, token: Token, line: u64) -> TokenSinkResult<Self::Handle> {
        let full = self.offsets.borrow().len() > MOST_NODES;
        let kept = match &token {
            Token::EOFToken => true,
            // Nobody reads the list of parse errors, and on hostile input it is longer than the document.
            Token::ParseError(_) => false,
            _ if full => false,
            Token::TagToken(tag) if tag.kind == TagKind::StartTag => self.opens(tag),
            Token::TagToken(tag) => self.closes(tag),
            _ => true,
        };
        if !kept {
            return TokenSinkResult::Continue;
        }
        let result = self.builder.process_token(token, line);
        let nodes = self.builder.sink.0.borrow().tree.values().len();
        self.offsets.borrow_mut().resize(nodes, u32::try_from(self.at.get()).unwrap_or(u32::MAX));
        result
    }

    fn end(&self) {
        self.builder.end();
    }

    fn adjusted_current_node_present_but_not_in_html_namespace(&self) -> bool {
        self.builder.adjusted_current_node_present_but_not_in_html_namespace()
    }
}

impl Bounded {
    fn opens(&self, tag: &Tag) -> bool {
        if is_shallow(&tag.name) {
            return true;
        }
        let mut open = self.open.borrow_mut();
        let mut kept = open.len() < DEEPEST;
        if is_formatting(&tag.name) {
            self.formatting.set(self.formatting.get() + 1);
            kept &= self.formatting.get() <= MOST_FORMATTING;
        }
        open.push(Open { name: tag.name.clone(), kept });
        kept
    }

    /// Follows the standard's rules of what an end tag may close, so that this count is never below the true depth.
    fn closes(&self, tag: &Tag) -> bool {
        const LOOK_BACK: usize = 1024;
        if is_shallow(&tag.name) {
            return true;
        }
        let mut open = self.open.borrow_mut();
        let alone = is_formatting(&tag.name) || matches!(&*tag.name, "a" | "form");
        let special = is_special(&tag.name);
        let mut found = None;
        for (at, one) in open.iter().enumerate().rev().take(LOOK_BACK) {
            if one.name == tag.name {
                found = Some(at);
                break;
            }
            if if special { is_scope(&one.name) } else { !alone && is_special(&one.name) } {
                break;
            }
        }
        if is_formatting(&tag.name) {
            self.formatting.set(self.formatting.get().saturating_sub(1));
        }
        let Some(at) = found else { return open.len() < DEEPEST };
        let kept = open[at].kept;
        if alone {
            open.remove(at);
        } else {
            open.truncate(at);
        }
        kept
    }
}
