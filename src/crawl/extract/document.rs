//! Reading whatever document came: HTML, Markdown or plain text.

use reqwest::header::CONTENT_LANGUAGE;
use url::Url;

use super::super::fetched::Fetched;
use super::{ExtractError, Extracted, extract, fold_hash, fold_lines, tidy};

/// Reads a document by its media type. Takes processor time: call it on a blocking thread.
///
/// # Errors
/// As [`extract`], and when it is no text.
pub fn read(document: &Fetched) -> Result<Extracted, ExtractError> {
    let kind = document.media_type().unwrap_or_default();
    let mut extracted = match kind.as_str() {
        _ if document.is_html() => extract(&document.text(), &document.url)?,
        "text/markdown" | "text/x-markdown" | "text/plain" | "" => plain(&document.text(), &document.url)?,
        _ => return Err(ExtractError::NoText { url: document.url.to_string(), kind }),
    };
    if extracted.lang.is_none() {
        let header = document.header(&CONTENT_LANGUAGE).and_then(|value| value.split(',').next());
        extracted.lang = header.map(|lang| lang.trim().to_owned()).filter(|lang| !lang.is_empty());
    }
    let robots = document.headers.get_all("x-robots-tag").iter().filter_map(|value| value.to_str().ok());
    extracted.noindex |= robots.flat_map(|value| value.split(',')).any(|word| {
        // `googlebot: noindex` speaks to another.
        matches!(word.trim().to_ascii_lowercase().as_str(), "noindex" | "none")
    });
    Ok(extracted)
}

fn plain(text: &str, url: &Url) -> Result<Extracted, ExtractError> {
    let markdown = tidy(text.trim_start_matches('\u{feff}'));
    let title = markdown.lines().find_map(|line| line.strip_prefix("# "));
    let title = title.or_else(|| markdown.lines().find(|line| !line.trim().is_empty()));
    let Some(title) = title else { return Err(ExtractError::Empty { url: url.to_string() }) };
    Ok(Extracted {
        title: title.trim_matches(['#', ' ', '*']).chars().take(200).collect(),
        description: None,
        lang: None,
        author: None,
        published: None,
        text: fold_lines(&markdown),
        links: Vec::new(),
        canonical: None,
        refresh: None,
        noindex: false,
        hash: fold_hash(&markdown),
        markdown,
    })
}
