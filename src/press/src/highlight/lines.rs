//! The passes for what is made of lines: settings, terminals, differences, Markdown.

use super::language::Language;
use super::{Token, code, languages, push_token};
use crate::markdown::push_escaped;

/// `key = value`, `key: value`, `[table]` and `- item`.
pub(super) fn push_keys(out: &mut String, language: &Language, source: &str) {
    for line in source.split_inclusive('\n') {
        let body = line.trim_start();
        let (indent, _) = line.split_at(line.len() - body.len());
        out.push_str(indent);
        let trimmed = body.trim_end();
        if trimmed.starts_with('[') && trimmed.ends_with(']') && !trimmed.contains('=') {
            push_token(out, Token::Tag, trimmed);
            out.push_str(&body[trimmed.len()..]);
            continue;
        }
        let dash = if body.starts_with("- ") { 2 } else { 0 };
        let (dashes, body) = body.split_at(dash);
        out.push_str(dashes);
        match key_end(body) {
            Some(end) => {
                push_token(out, Token::Attribute, &body[..end]);
                code::push(out, language, &body[end..]);
            }
            None => code::push(out, language, body),
        }
    }
}

/// The end of the key of a line, if it has one.
fn key_end(body: &str) -> Option<usize> {
    let end = body.find(['=', ':', '#', '"', '\'', '{', '['])?;
    let sign = body.as_bytes()[end];
    let after = body.as_bytes().get(end + 1).copied().unwrap_or(b'\n');
    let is_key = sign == b'=' || (sign == b':' && after.is_ascii_whitespace());
    (is_key && end > 0).then(|| body[..end].trim_end().len()).filter(|end| *end > 0)
}

/// Lines after a prompt are shell, all others are what it printed.
pub(super) fn push_console(out: &mut String, source: &str) {
    let shell = languages::find("bash");
    for line in source.split_inclusive('\n') {
        let prompt = ["$ ", "# ", "> ", "% "].iter().find(|prompt| line.starts_with(**prompt));
        match (prompt, shell) {
            (Some(prompt), Some(shell)) => {
                push_token(out, Token::Comment, prompt);
                code::push(out, shell, &line[prompt.len()..]);
            }
            _ => push_escaped(out, line),
        }
    }
}

pub(super) fn push_diff(out: &mut String, source: &str) {
    for line in source.split_inclusive('\n') {
        let body = line.trim_end_matches('\n');
        let token = match body.as_bytes().first() {
            Some(b'+') if !body.starts_with("+++") => Some(Token::Inserted),
            Some(b'-') if !body.starts_with("---") => Some(Token::Deleted),
            Some(b'@') => Some(Token::Keyword),
            Some(b'+' | b'-') => Some(Token::Comment),
            _ => None,
        };
        match token {
            Some(token) => push_token(out, token, body),
            None => push_escaped(out, body),
        }
        out.push_str(&line[body.len()..]);
    }
}

pub(super) fn push_markdown(out: &mut String, source: &str) {
    let mut fenced = false;
    for line in source.split_inclusive('\n') {
        let body = line.trim_end_matches('\n');
        let bare = body.trim_start();
        let fence = bare.starts_with("```") || bare.starts_with("~~~") || bare == "+++";
        if fence {
            fenced = !fenced;
        }
        let token = match bare.as_bytes().first() {
            _ if fence => Some(Token::Comment),
            _ if fenced => Some(Token::String),
            Some(b'#') => Some(Token::Keyword),
            Some(b'>') => Some(Token::Comment),
            _ => None,
        };
        match token {
            Some(token) => push_token(out, token, body),
            None => push_inline(out, body),
        }
        out.push_str(&line[body.len()..]);
    }
}

/// List marks and inline code.
fn push_inline(out: &mut String, body: &str) {
    for (index, piece) in body.split('`').enumerate() {
        if index % 2 == 1 {
            let closed = out.len();
            push_token(out, Token::String, piece);
            if out.len() == closed {
                push_escaped(out, piece);
            }
        } else {
            push_escaped(out, piece);
        }
        if body.matches('`').count() > index {
            out.push('`');
        }
    }
}

/// Which languages are made of keys is said by their table.
#[cfg(test)]
mod tests {
    use super::super::language::Shape;
    use super::*;

    #[test]
    fn settings_languages_use_the_key_pass() {
        for name in ["toml", "yaml", "ini"] {
            assert_eq!(languages::find(name).unwrap().shape, Shape::Keys, "{name}");
        }
    }

    #[test]
    fn a_key_ends_before_its_sign() {
        assert_eq!(key_end("name = 1"), Some(4));
        assert_eq!(key_end("name: x"), Some(4));
        assert_eq!(key_end("https://x"), None);
        assert_eq!(key_end("# a = b"), None);
    }
}
