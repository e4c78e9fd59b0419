//! The pass for languages made of words, strings, numbers and comments.

use super::language::Language;
use super::{Token, push_token};
use crate::markdown::push_escaped;

pub(super) fn push(out: &mut String, language: &Language, source: &str) {
    let mut lexer = Lexer { language, source, at: 0, plain_from: 0 };
    while lexer.at < source.len() {
        lexer.step(out);
    }
    lexer.flush(out, source.len());
}

struct Lexer<'a> {
    language: &'a Language,
    source: &'a str,
    at: usize,
    plain_from: usize,
}

impl Lexer<'_> {
    fn flush(&mut self, out: &mut String, to: usize) {
        push_escaped(out, &self.source[self.plain_from..to]);
        self.plain_from = to;
    }

    fn token(&mut self, out: &mut String, token: Token, end: usize) {
        self.flush(out, self.at);
        push_token(out, token, &self.source[self.at..end]);
        self.at = end;
        self.plain_from = end;
    }

    /// Takes one token, or one byte that is none. Every end lies on a character boundary: tokens end before or after
    /// ASCII signs, and words take whole characters.
    fn step(&mut self, out: &mut String) {
        let bytes = self.source.as_bytes();
        let byte = bytes[self.at];
        match byte {
            b' ' | b'\t' | b'\n' | b'\r' => self.at += 1,
            b'0'..=b'9' => {
                let end = number_end(bytes, self.at);
                self.token(out, Token::Number, end);
            }
            b'a'..=b'z' | b'A'..=b'Z' | b'_' | 0x80.. => self.word(out),
            _ if self.comment(out) || self.prefixed(out, byte) || self.string(out) => {}
            _ => self.at += 1,
        }
    }

    fn comment(&mut self, out: &mut String) -> bool {
        let rest = &self.source[self.at..];
        if self.language.line_comments.iter().any(|mark| rest.starts_with(mark)) {
            let end = rest.find('\n').map_or(self.source.len(), |end| self.at + end);
            self.token(out, Token::Comment, end);
            return true;
        }
        if let Some((open, close)) = self.language.block_comment
            && let Some(inner) = rest.strip_prefix(open)
        {
            let end =
                inner.find(close).map_or(self.source.len(), |end| self.at + open.len() + end + close.len());
            self.token(out, Token::Comment, end);
            return true;
        }
        false
    }

    /// Variables (`$x`), annotations (`@x`, `#[x]`) and lifetimes (`'a`).
    fn prefixed(&mut self, out: &mut String, byte: u8) -> bool {
        let bytes = self.source.as_bytes();
        let next = bytes.get(self.at + 1).copied().unwrap_or_default();
        if self.language.variable == Some(byte) && (is_word(next) || next == b'{') {
            let end = if next == b'{' {
                self.source[self.at..].find(['}', '\n']).map_or(self.source.len(), |end| self.at + end + 1)
            } else {
                self.word_end(self.at + 1)
            };
            self.token(out, Token::Variable, end);
            return true;
        }
        if self.language.attribute == Some(byte) {
            if byte == b'#' && matches!(next, b'[' | b'!') {
                let end = self.source[self.at..]
                    .find([']', '\n'])
                    .map_or(self.source.len(), |end| self.at + end + 1);
                self.token(out, Token::Attribute, end);
                return true;
            }
            if is_word(next) {
                let end = self.word_end(self.at + 1);
                self.token(out, Token::Attribute, end);
                return true;
            }
        }
        if self.language.lifetimes && byte == b'\'' && is_word(next) {
            let end = self.word_end(self.at + 1);
            if bytes.get(end) != Some(&b'\'') {
                self.token(out, Token::Variable, end);
                return true;
            }
        }
        false
    }

    fn string(&mut self, out: &mut String) -> bool {
        let rest = &self.source[self.at..];
        let Some(quote) = self.language.quotes.iter().find(|quote| rest.starts_with(quote.open)) else {
            return false;
        };
        let bytes = rest.as_bytes();
        let close = quote.close.as_bytes();
        let mut end = quote.open.len();
        while end < bytes.len() {
            match bytes[end] {
                b'\\' if quote.escapes => end += 1 + rest[end + 1..].chars().next().map_or(0, char::len_utf8),
                b'\n' if !quote.lines => break,
                _ if bytes[end..].starts_with(close) => {
                    end += close.len();
                    break;
                }
                _ => end += 1,
            }
        }
        let end = self.at + end.min(bytes.len());
        let token =
            if self.language.keys && self.before_colon(end) { Token::Attribute } else { Token::String };
        self.token(out, token, end);
        true
    }

    fn word(&mut self, out: &mut String) {
        let end = self.word_end(self.at);
        let word = &self.source[self.at..end];
        match self.judge(word, end) {
            Some(token) => self.token(out, token, end),
            None => self.at = end,
        }
    }

    fn judge(&self, word: &str, end: usize) -> Option<Token> {
        let language = self.language;
        let lower;
        let wanted = if language.any_case {
            lower = word.to_ascii_lowercase();
            lower.as_str()
        } else {
            word
        };
        let listed = |words: &[&str]| words.binary_search(&wanted).is_ok();
        if listed(language.keywords) {
            return Some(Token::Keyword);
        }
        if listed(language.types) {
            return Some(Token::Type);
        }
        if listed(language.constants) {
            return Some(Token::Constant);
        }
        if language.keys && self.before_colon(end) {
            return Some(Token::Attribute);
        }
        let first = word.as_bytes()[0];
        if language.calls && matches!(self.source.as_bytes().get(end), Some(b'(' | b'!')) {
            return Some(Token::Function);
        }
        if language.capital_types && first.is_ascii_uppercase() {
            let shouted = word.len() > 1 && word.bytes().all(|byte| !byte.is_ascii_lowercase());
            return Some(if shouted { Token::Constant } else { Token::Type });
        }
        None
    }

    fn before_colon(&self, end: usize) -> bool {
        let mut rest = self.source.as_bytes()[end..].iter().skip_while(|byte| matches!(byte, b' ' | b'\t'));
        rest.next() == Some(&b':')
    }

    fn word_end(&self, from: usize) -> usize {
        let bytes = self.source.as_bytes();
        let inside = |byte: &u8| is_word(*byte) || self.language.word_bytes.contains(byte);
        from + bytes[from..].iter().take_while(|byte| inside(byte)).count()
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

/// Digits, letters of suffixes and bases, `_`, one dot before a digit, and a sign after an exponent.
fn number_end(bytes: &[u8], from: usize) -> usize {
    let mut at = from;
    while let Some(&byte) = bytes.get(at) {
        let digit_follows = bytes.get(at + 1).is_some_and(u8::is_ascii_digit);
        let exponent = at > from && matches!(bytes[at - 1], b'e' | b'E') && !bytes[from..].starts_with(b"0x");
        match byte {
            b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' | b'_' => at += 1,
            b'.' if digit_follows => at += 1,
            b'+' | b'-' if exponent && digit_follows => at += 1,
            _ => break,
        }
    }
    at
}
