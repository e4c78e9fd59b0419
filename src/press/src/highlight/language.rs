//! What the lexer has to know of a language.

/// Which pass reads it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// Words, strings, numbers and comments.
    Code,
    /// Tags and attributes.
    Markup,
    /// Lines of `key = value` or `key: value`.
    Keys,
    /// A terminal: prompts, commands and what they print.
    Console,
    /// Added and removed lines.
    Diff,
    /// Markdown shown as source.
    Markdown,
}

/// A way to write strings.
#[derive(Debug, Clone, Copy)]
pub(super) struct Quote {
    pub open: &'static str,
    pub close: &'static str,
    /// A backslash takes the next character in.
    pub escapes: bool,
    /// May go over the end of the line.
    pub lines: bool,
}

impl Quote {
    pub(super) const DOUBLE: Quote = Quote { open: "\"", close: "\"", escapes: true, lines: false };
    pub(super) const DOUBLE_LINES: Quote = Quote { open: "\"", close: "\"", escapes: true, lines: true };
    pub(super) const SINGLE: Quote = Quote { open: "'", close: "'", escapes: true, lines: false };
    pub(super) const SINGLE_RAW: Quote = Quote { open: "'", close: "'", escapes: false, lines: true };
    pub(super) const BACKTICK: Quote = Quote { open: "`", close: "`", escapes: true, lines: true };
    pub(super) const BACKTICK_RAW: Quote = Quote { open: "`", close: "`", escapes: false, lines: true };
    pub(super) const TRIPLE_DOUBLE: Quote =
        Quote { open: "\"\"\"", close: "\"\"\"", escapes: true, lines: true };
    pub(super) const TRIPLE_SINGLE: Quote = Quote { open: "'''", close: "'''", escapes: true, lines: true };
}

/// One language. Word lists are sorted: they are searched by halves.
#[derive(Debug)]
pub(super) struct Language {
    pub names: &'static [&'static str],
    pub shape: Shape,
    pub line_comments: &'static [&'static str],
    pub block_comment: Option<(&'static str, &'static str)>,
    pub quotes: &'static [Quote],
    pub keywords: &'static [&'static str],
    pub types: &'static [&'static str],
    pub constants: &'static [&'static str],
    /// Words are compared in lower case (SQL, Dockerfile).
    pub any_case: bool,
    /// A word that begins with a capital letter is a type.
    pub capital_types: bool,
    /// A word before `(` is a function.
    pub calls: bool,
    /// Signs that begin a variable (`$`).
    pub variable: Option<u8>,
    /// Signs that begin an attribute or annotation (`@`, `#`).
    pub attribute: Option<u8>,
    /// `'a` is a lifetime, `'x'` a character.
    pub lifetimes: bool,
    /// Bytes that belong to words besides letters, digits and `_`.
    pub word_bytes: &'static [u8],
    /// A word or string before `:` is a key.
    pub keys: bool,
}

impl Language {
    /// What most have in common; each table changes what differs.
    pub(super) const BASE: Language = Language {
        names: &[],
        shape: Shape::Code,
        line_comments: &["//"],
        block_comment: Some(("/*", "*/")),
        quotes: &[Quote::DOUBLE, Quote::SINGLE],
        keywords: &[],
        types: &[],
        constants: &[],
        any_case: false,
        capital_types: true,
        calls: true,
        variable: None,
        attribute: None,
        lifetimes: false,
        word_bytes: b"",
        keys: false,
    };
}
