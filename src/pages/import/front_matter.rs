//! The TOML between `+++`: taken off, and written again in the keys that the press reads.

use toml::Table;

/// A document taken apart.
pub(super) struct Parts<'a> {
    /// The text between the fences; none if the file begins without one.
    pub front: Option<Front<'a>>,
    pub body: &'a str,
}

/// What stands between the fences.
pub(super) enum Front<'a> {
    /// TOML, between `+++`.
    Toml(&'a str),
    /// A fence that is never closed.
    Open,
}

/// Takes the front matter off.
pub(super) fn split(text: &str) -> Parts<'_> {
    let whole = Parts { front: None, body: text };
    let Some((first, rest)) = text.split_once('\n') else { return whole };
    if first.trim_end() != "+++" {
        return whole;
    }
    let mut at = 0;
    for line in rest.split_inclusive('\n') {
        if line.trim_end() == "+++" {
            let body = &rest[at + line.len()..];
            return Parts { front: Some(Front::Toml(&rest[..at])), body };
        }
        at += line.len();
    }
    Parts { front: Some(Front::Open), body: "" }
}

/// Puts a document together again.
pub(super) fn write(front: &Table, body: &str) -> String {
    if front.is_empty() {
        return body.trim_start_matches('\n').to_owned();
    }
    format!("+++\n{front}+++\n\n{}", body.trim_start_matches(['\n', '\r']))
}
