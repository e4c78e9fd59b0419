//! `:::note Title … :::` is turned into GitHub's `> [!NOTE]` before parsing, line by line, so that line numbers stay.

use pulldown_cmark::BlockQuoteKind;
use std::borrow::Cow;

/// A title given after `:::note`, by the byte offset at which its block quote begins in the new text.
pub(crate) type Titles = Vec<(usize, String)>;

/// Rewrites the `:::` blocks of a text; most texts have none and come back as they are.
pub(crate) fn expand(body: &str) -> (Cow<'_, str>, Titles) {
    if !body.starts_with(":::") && !body.contains("\n:::") {
        return (Cow::Borrowed(body), Vec::new());
    }
    let mut out = String::with_capacity(body.len() + 64);
    let mut titles = Vec::new();
    let mut open = false;
    let mut fence: Option<&str> = None;
    for line in body.split_inclusive('\n') {
        let bare = line.trim();
        match fence {
            Some(mark) if bare.starts_with(mark) => fence = None,
            Some(_) => {}
            None if bare.starts_with("```") => fence = Some("```"),
            None if bare.starts_with("~~~") => fence = Some("~~~"),
            None => {
                if let (false, Some((kind, title))) = (open, opening(line)) {
                    if !title.is_empty() {
                        titles.push((out.len(), title.to_owned()));
                    }
                    out.push_str("> [!");
                    out.push_str(kind);
                    out.push_str("]\n");
                    open = true;
                    continue;
                }
                if open && bare == ":::" {
                    out.push('\n');
                    open = false;
                    continue;
                }
            }
        }
        if open {
            out.push_str("> ");
        }
        out.push_str(line);
    }
    (Cow::Owned(out), titles)
}

/// The kind in GitHub's spelling and the title, if the line opens an admonition. Docusaurus' kinds count too.
fn opening(line: &str) -> Option<(&'static str, &str)> {
    let rest = line.strip_prefix(":::")?.trim();
    let end = rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len());
    let kind = match &rest[..end] {
        "note" | "info" => "NOTE",
        "tip" => "TIP",
        "important" => "IMPORTANT",
        "warning" => "WARNING",
        "caution" | "danger" => "CAUTION",
        _ => return None,
    };
    let title = rest[end..].trim();
    let title = title.strip_prefix('[').and_then(|t| t.strip_suffix(']')).unwrap_or(title);
    Some((kind, title))
}

/// The word in the class of the `<aside>`, and the key of its title among the theme's texts.
pub(crate) fn class(kind: BlockQuoteKind) -> &'static str {
    match kind {
        BlockQuoteKind::Note => "note",
        BlockQuoteKind::Tip => "tip",
        BlockQuoteKind::Important => "important",
        BlockQuoteKind::Warning => "warning",
        BlockQuoteKind::Caution => "caution",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fenced_admonitions_become_quotes_and_keep_their_lines() {
        let (text, titles) = expand("a\n:::tip Do this\ninner\n:::\nb\n");
        assert_eq!(text, "a\n> [!TIP]\n> inner\n\nb\n");
        assert_eq!(titles, [(2, "Do this".to_owned())]);
    }

    #[test]
    fn a_code_block_that_shows_the_syntax_stays() {
        let text = "```\n:::note\n```\n";
        assert_eq!(expand(text).0, text);
    }
}
