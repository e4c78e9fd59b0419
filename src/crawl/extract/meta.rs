//! What a page says about itself in its head and in JSON-LD.

use dom_query::Document;
use dom_smoothie::{Config, Readability, ReadabilityError};
use url::Url;

pub(super) struct Meta {
    pub(super) title: String,
    pub(super) description: Option<String>,
    pub(super) lang: Option<String>,
    pub(super) author: Option<String>,
    pub(super) published: Option<String>,
    pub(super) canonical: Option<Url>,
    pub(super) refresh: Option<Url>,
    pub(super) noindex: bool,
}

/// Reads it; gives the document back, which the reader of metadata wants to own for the while.
///
/// # Errors
/// When the document is nothing that can be read.
pub(super) fn read(document: Document, base: &Url) -> Result<(Meta, Document), ReadabilityError> {
    let reader = Readability::with_document(document, None, Some(Config::default()))?;
    let found = reader.get_article_metadata(reader.parse_json_ld());
    let document = reader.doc;
    let text = |value: Option<String>| value.map(|text| fold(&text)).filter(|text| !text.is_empty());
    let meta = Meta {
        title: fold(&found.title),
        description: text(found.excerpt),
        lang: text(found.lang),
        author: text(found.byline),
        published: found.published_time.as_deref().and_then(day),
        canonical: canonical(&document, base),
        refresh: refresh(&document, base),
        noindex: noindex(&document),
    };
    Ok((meta, document))
}

fn fold(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The day of a date or a time.
fn day(text: &str) -> Option<String> {
    let text = text.trim();
    text.get(..10)?.parse::<jiff::civil::Date>().ok().map(|date| date.to_string())
}

fn canonical(document: &Document, base: &Url) -> Option<Url> {
    let href = document.select_single("link[rel~=canonical][href]").attr("href")?;
    base.join(href.trim()).ok().filter(|url| matches!(url.scheme(), "http" | "https"))
}

/// Where a page sends its readers at once. A page that reloads itself, or waits, is a page.
fn refresh(document: &Document, base: &Url) -> Option<Url> {
    let metas = document.select("meta[http-equiv][content]");
    let content = metas.iter().find_map(|node| {
        let refresh = node.attr("http-equiv")?.eq_ignore_ascii_case("refresh");
        refresh.then(|| node.attr("content"))?
    })?;
    let (seconds, target) = content.split_once([';', ','])?;
    let target = target.trim();
    let target =
        target.get(..3).filter(|key| key.eq_ignore_ascii_case("url")).map_or(target, |_| &target[3..]);
    let target = target.trim().trim_start_matches('=').trim().trim_matches(['"', '\'']);
    let url = base.join(target).ok()?;
    (seconds.trim().parse::<f32>().is_ok_and(|wait| wait < 10.0) && url != *base).then_some(url)
}

fn noindex(document: &Document) -> bool {
    document.select("meta[name][content]").iter().any(|node| {
        let name = node.attr_or("name", "").to_ascii_lowercase();
        let content = node.attr_or("content", "").to_ascii_lowercase();
        (name == "robots" || name == "citepressbot")
            && content.split(',').any(|word| matches!(word.trim(), "noindex" | "none"))
    })
}
