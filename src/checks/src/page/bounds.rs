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

/// Bytes of a body that are read; the rest is not there for the checks.
pub(crate) const MOST_BYTES: usize = 10 * 1024 * 1024;
const DEEPEST: usize = 512;
const MOST_FORMATTING: usize = 32;
const MOST_NODES: usize = 1_000_000;
const MOST_ATTRIBUTES: usize = 256;

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

/// Elements that cannot nest in themselves: empty, raw text, or closed by their next sibling.
fn is_shallow(name: &str) -> bool {
    matches!(
        name,
        "area"
            | "base"
            | "basefont"
            | "bgsound"
            | "br"
            | "col"
            | "embed"
            | "frame"
            | "hr"
            | "image"
            | "img"
            | "input"
            | "keygen"
            | "link"
            | "meta"
            | "param"
            | "source"
            | "track"
            | "wbr"
            | "html"
            | "head"
            | "body"
            | "title"
            | "script"
            | "style"
            | "textarea"
            | "iframe"
            | "xmp"
            | "noembed"
            | "noframes"
            | "noscript"
            | "plaintext"
            | "p"
            | "li"
            | "dt"
            | "dd"
            | "option"
            | "optgroup"
            | "rt"
            | "rp"
            | "rb"
            | "rtc"
            | "tr"
            | "td"
            | "th"
            | "tbody"
            | "thead"
            | "tfoot"
            | "colgroup"
            | "caption"
    )
}

/// Elements that the standard reopens in every following block until they are closed (`a` closes its predecessor).
fn is_formatting(name: &str) -> bool {
    matches!(
        name,
        "b" | "big"
            | "code"
            | "em"
            | "font"
            | "i"
            | "nobr"
            | "s"
            | "small"
            | "strike"
            | "strong"
            | "tt"
            | "u"
    )
}

/// Borders that no end tag reaches across.
fn is_scope(name: &str) -> bool {
    matches!(name, "table" | "template" | "object" | "applet" | "marquee" | "select" | "svg" | "math")
}

fn is_special(name: &str) -> bool {
    is_scope(name)
        || matches!(
            name,
            "address"
                | "article"
                | "aside"
                | "blockquote"
                | "button"
                | "center"
                | "details"
                | "dialog"
                | "dir"
                | "div"
                | "dl"
                | "fieldset"
                | "figcaption"
                | "figure"
                | "footer"
                | "form"
                | "frameset"
                | "h1"
                | "h2"
                | "h3"
                | "h4"
                | "h5"
                | "h6"
                | "header"
                | "hgroup"
                | "listing"
                | "main"
                | "menu"
                | "nav"
                | "ol"
                | "pre"
                | "search"
                | "section"
                | "summary"
                | "ul"
        )
}

/// How much of the text is read: up to the cap, and up to the first tag with an absurd number of attributes.
fn readable(body: &str) -> usize {
    let end = body.floor_char_boundary(MOST_BYTES);
    let bytes = &body.as_bytes()[..end];
    let mut at = 0;
    while let Some(tag) = next(bytes, at, b"<") {
        let rest = &bytes[tag + 1..];
        at = if rest.starts_with(b"!--") {
            next(bytes, tag + 4, b"-->").unwrap_or(end)
        } else if rest.first().is_some_and(u8::is_ascii_alphabetic) {
            match end_of_tag(bytes, tag) {
                Some(after) => after + raw_text(bytes, tag, after),
                None => return tag,
            }
        } else {
            tag + 1
        };
    }
    end
}

fn next(bytes: &[u8], from: usize, what: &[u8]) -> Option<usize> {
    let rest = bytes.get(from..)?;
    rest.windows(what.len()).position(|window| window == what).map(|found| from + found)
}

/// Past the `>` of a tag; `None` when it has too many attributes.
fn end_of_tag(bytes: &[u8], tag: usize) -> Option<usize> {
    let mut attributes = 0;
    let mut quote = None;
    let mut before = b' ';
    for (at, &byte) in bytes.iter().enumerate().skip(tag + 1) {
        match quote {
            Some(open) if byte == open => quote = None,
            Some(_) => {}
            None if byte == b'>' => return Some(at + 1),
            None if matches!(byte, b'"' | b'\'') && before == b'=' => quote = Some(byte),
            None if byte.is_ascii_whitespace() => {}
            None if matches!(before, b' ' | b'\t' | b'\n' | b'\r' | b'\x0c' | b'/' | b'"' | b'\'') => {
                attributes += 1;
            }
            None => {}
        }
        if attributes > MOST_ATTRIBUTES {
            return None;
        }
        if !byte.is_ascii_whitespace() || before != b'=' {
            before = byte;
        }
    }
    Some(bytes.len())
}

/// The length of the raw text after a script or style tag: what stands in it is no markup.
fn raw_text(bytes: &[u8], tag: usize, after: usize) -> usize {
    for name in ["script", "style"] {
        let named = bytes.get(tag + 1..tag + 1 + name.len());
        if named.is_some_and(|named| named.eq_ignore_ascii_case(name.as_bytes())) {
            let mut at = after;
            while let Some(close) = next(bytes, at, b"</") {
                let found = bytes.get(close + 2..close + 2 + name.len());
                if found.is_some_and(|found| found.eq_ignore_ascii_case(name.as_bytes())) {
                    return close - after;
                }
                at = close + 2;
            }
            return bytes.len() - after;
        }
    }
    0
}
