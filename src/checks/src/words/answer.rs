//! "Answer": a first paragraph that can be lifted out and stands on its own.

use super::{count, is_unspaced_alphabet};

/// Most words an answer may have.
const LONGEST: f64 = 60.0;
/// Fewer are a label, not a sentence.
const SHORTEST: f64 = 3.0;

/// Why the paragraph is no answer; `None` when it is one.
pub(crate) fn objection(paragraph: &str) -> Option<&'static str> {
    let words = count(paragraph);
    let end = paragraph.trim_end_matches(|c: char| c.is_whitespace() || is_closing(c)).chars().next_back();
    if words > LONGEST {
        return Some("is longer than 60 words");
    }
    if words < SHORTEST {
        return Some("is no sentence");
    }
    match end {
        Some(':' | '：') => return Some("only leads up to what follows"),
        Some('?' | '？' | '؟') => return Some("asks instead of answering"),
        Some('.' | '!' | '。' | '！' | '…' | '．' | '۔' | '।' | '։' | '။' | '។') => {}
        // Thai and Lao end sentences with a space.
        Some(c) if is_unspaced_alphabet(c) => {}
        _ => return Some("is no whole sentence"),
    }
    announces(paragraph).then_some("announces instead of answering")
}

fn is_closing(c: char) -> bool {
    matches!(c, '"' | '\'' | '”' | '’' | '»' | '“' | ')' | ']' | '」' | '』' | '）' | '¹' | '²' | '³')
}

/// A sentence about the text instead of its subject: "In this section we …", "Read on to learn …".
fn announces(paragraph: &str) -> bool {
    const OPENINGS: &[&str] = &[
        "in this section",
        "in this article",
        "in this guide",
        "in this chapter",
        "in this post",
        "in this page",
        "on this page",
        "this section",
        "this article",
        "this guide",
        "this chapter",
        "this page will",
        "this page explains",
        "this page describes",
        "below",
        "here we",
        "here you will",
        "here you ll",
        "we will",
        "we ll",
        "let s",
        "let us",
        "read on",
        "keep reading",
        "in what follows",
        "the following section",
        "as mentioned",
        "as we will see",
        "before we",
        "in diesem abschnitt",
        "in diesem artikel",
        "im folgenden",
        "dieser abschnitt",
        "dieser artikel",
        "wir werden",
        "dans cette section",
        "dans cet article",
        "cette section",
        "cet article",
        "nous allons",
        "ci dessous",
        "en esta sección",
        "en este artículo",
        "esta sección",
        "este artículo",
        "a continuación",
        "in questa sezione",
        "in questo articolo",
        "questa sezione",
        "questo articolo",
        "di seguito",
        "nesta seção",
        "neste artigo",
        "esta seção",
        "este artigo",
        "a seguir",
        "in deze sectie",
        "in dit artikel",
        "deze sectie",
        "dit artikel",
        "hieronder",
    ];
    let folded = super::fold(&paragraph.chars().take(80).collect::<String>().replace(['\'', '’'], " "));
    OPENINGS.iter().any(|opening| {
        folded.strip_prefix(opening).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
    })
}
