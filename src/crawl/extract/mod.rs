//! The main content of an HTML page, as Markdown.

mod clean;
mod content;
mod document;
mod headings;
mod links;
mod meta;
mod parse;

use url::Url;

pub use document::read;

/// What a page says, without what surrounds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extracted {
    pub title: String,
    pub description: Option<String>,
    /// BCP 47, as the page declares it.
    pub lang: Option<String>,
    pub author: Option<String>,
    /// `YYYY-MM-DD`.
    pub published: Option<String>,
    /// CommonMark with tables; the title is its only heading of level one; links are absolute.
    pub markdown: String,
    /// The same as plain text, for search and for counting.
    pub text: String,
    /// Every page that the whole document leads to, navigation included, absolute, each once.
    pub links: Vec<Url>,
    /// What the page says its address is.
    pub canonical: Option<Url>,
    /// The page only sends its readers on, to there (`<meta http-equiv=refresh>`).
    pub refresh: Option<Url>,
    /// The page asks not to be indexed.
    pub noindex: bool,
    /// blake3 of the Markdown with whitespace folded: markup that changes nothing leaves it as it is.
    pub hash: String,
}

/// Why a page could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ExtractError {
    #[error(
        "the page at {url} nests its elements {limit} deep or more: give a simpler page, or its text as a file"
    )]
    TooDeep { url: String, limit: usize },
    #[error("the page at {url} has more than {limit} nodes: give a smaller page, or its text as a file")]
    TooManyNodes { url: String, limit: usize },
    #[error("the page at {url} took too long to parse: give a simpler page, or its text as a file")]
    TooSlow { url: String },
    #[error("{url} is {kind}, which is not read: give HTML, Markdown or plain text")]
    NoText { url: String, kind: String },
    #[error("the page at {url} holds no text: if it is built by script, give a page that stands without it")]
    Empty { url: String },
}

/// Reads a page. Takes processor time: call it on a blocking thread.
///
/// # Errors
/// When the page is too large or too deep to be read safely, or holds no text.
pub fn extract(html: &str, url: &Url) -> Result<Extracted, ExtractError> {
    let document = parse::bounded(html, url)?;
    let base = links::base(&document, url);
    let links = links::all(&document, &base);
    let empty = || ExtractError::Empty { url: url.to_string() };
    let (meta, document) = meta::read(document, &base).map_err(|_| empty())?;
    clean::boilerplate(&document);
    let named = headings::only(&document).unwrap_or(meta.title);
    let content = content::main(&document, url);
    let root = content.root();
    clean::code(&root);
    clean::media_and_links(&root, &base);
    let title = headings::settle(&content, &named);
    let markdown = tidy(&root.md(None));
    if markdown.len() <= title.len() + "# \n".len() {
        return Err(empty());
    }
    Ok(Extracted {
        hash: fold_hash(&markdown),
        text: fold_lines(&root.formatted_text()),
        title,
        description: meta.description,
        lang: meta.lang,
        author: meta.author,
        published: meta.published,
        markdown,
        links,
        canonical: meta.canonical,
        refresh: meta.refresh,
        noindex: meta.noindex,
    })
}

/// blake3 of a text whose runs of whitespace are one space each.
fn fold_hash(text: &str) -> String {
    let mut hasher = blake3::Hasher::new();
    for word in text.split_whitespace() {
        hasher.update(word.as_bytes()).update(b" ");
    }
    hasher.finalize().to_hex().to_string()
}

/// Trailing blanks off, one blank line at most in a row outside of code, one line end at the end.
fn tidy(markdown: &str) -> String {
    let mut out = String::with_capacity(markdown.len());
    let (mut blank, mut fence) = (0, false);
    for line in markdown.trim().lines() {
        if line.trim_start().starts_with("```") {
            fence = !fence;
        }
        let line = if fence { line } else { line.trim_end() };
        blank = if line.is_empty() { blank + 1 } else { 0 };
        if fence || blank < 2 {
            out.push_str(line);
            out.push('\n');
        }
    }
    out
}

fn fold_lines(text: &str) -> String {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join("\n")
}
