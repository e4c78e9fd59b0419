//! The TOML between `+++` at the top of a document.

use crate::fault::Fault;
use crate::kind::PageKind;
use crate::slug;
use crate::toml_reader::{Origin, Reader, parse as parse_toml, with_syntax};
use serde_json::{Map, Value};
use toml::de::DeTable;

/// How a section orders its pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum SortBy {
    /// By `weight`, then by file name.
    #[default]
    Weight,
    /// Newest first.
    Date,
    /// By title.
    Title,
}

/// Something that a page's claims point at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Source {
    pub title: String,
    /// `None` for a source that is on no web page.
    pub url: Option<String>,
}

#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct FrontMatter {
    pub title: Option<String>,
    pub description: Option<String>,
    pub date: Option<String>,
    pub updated: Option<String>,
    pub slug: Option<String>,
    /// Line of `slug` in the file; 0 without one.
    pub slug_line: u32,
    pub kind: PageKind,
    pub draft: bool,
    pub tags: Vec<String>,
    pub aliases: Vec<String>,
    pub authors: Vec<String>,
    pub weight: Option<i64>,
    pub sort_by: SortBy,
    pub sources: Vec<Source>,
    pub extra: Map<String, Value>,
}

/// A document taken apart.
pub(crate) struct Parts<'a> {
    pub front: FrontMatter,
    pub body: &'a str,
    /// Lines before the body: added to a line of the body it gives the line of the file.
    pub body_line: u32,
    /// False if the front matter could not be read to its end: a slug may stand in what was lost.
    pub certain: bool,
}

/// Keys that Zola knows and that change nothing here; they are allowed so that its folders build as they are.
const ZOLA_ONLY: [&str; 15] = [
    "template",
    "page_template",
    "in_search_index",
    "paginate_by",
    "paginate_path",
    "paginate_reversed",
    "insert_anchor_links",
    "transparent",
    "render",
    "redirect_to",
    "generate_feeds",
    "generate_feed",
    "render_pages",
    "path",
    "lastmod",
];

/// Splits the front matter off and reads it. A document without any is all body.
pub(crate) fn read<'a>(file: &str, text: &'a str, faults: &mut Vec<Fault>) -> Parts<'a> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let Some(after) = opening(text) else {
        return Parts { front: FrontMatter::default(), body: text, body_line: 0, certain: true };
    };
    let Some((inner, body)) = closing(after) else {
        let what = "front matter begins with +++ but does not end";
        faults.push(Fault::new(file, what, "Close it with a line of +++.").at(1));
        return Parts { front: FrontMatter::default(), body: "", body_line: 0, certain: false };
    };
    let origin = Origin { file, text: inner, first_line: 1 };
    let (table, syntax) = parse_toml(origin);
    let certain = syntax.is_empty();
    let mut found = Vec::new();
    let front = fields(origin, &table, &mut found);
    faults.extend(with_syntax(syntax, found));
    let before = text.len() - body.len();
    let body_line = text.as_bytes()[..before].iter().filter(|byte| **byte == b'\n').count();
    Parts { front, body, body_line: u32::try_from(body_line).unwrap_or(u32::MAX), certain }
}

fn opening(text: &str) -> Option<&str> {
    let rest = text.strip_prefix("+++")?;
    let (line, after) = rest.split_once('\n').unwrap_or((rest, ""));
    line.trim().is_empty().then_some(after)
}

fn closing(text: &str) -> Option<(&str, &str)> {
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        if line.trim_end() == "+++" {
            return Some((&text[..offset], &text[offset + line.len()..]));
        }
        offset += line.len();
    }
    None
}

fn fields<'a>(origin: Origin<'a>, table: &'a DeTable<'a>, faults: &mut Vec<Fault>) -> FrontMatter {
    let mut reader = Reader::new(origin, table);
    let mut front = FrontMatter {
        title: reader.string("title"),
        description: reader.string("description"),
        date: reader.date("date"),
        updated: reader.date("updated"),
        slug: reader.checked("slug", slug::checked),
        slug_line: reader.line_of("slug"),
        kind: reader.checked("kind", PageKind::parse).unwrap_or_default(),
        draft: reader.boolean("draft").unwrap_or_default(),
        tags: reader.strings("tags").unwrap_or_default(),
        aliases: reader.strings("aliases").unwrap_or_default(),
        authors: reader.strings("authors").unwrap_or_default(),
        weight: reader.integer("weight"),
        sort_by: reader.checked("sort_by", sort_by).unwrap_or_default(),
        sources: Vec::new(),
        extra: reader.free("extra"),
    };
    front.authors.extend(reader.string("author"));
    for source in reader.tables("sources") {
        let mut reader = Reader::new(origin, source);
        let url = reader.checked("url", source_address);
        let title = reader.string("title").or_else(|| url.clone()).unwrap_or_default();
        front.sources.push(Source { title, url });
        faults.extend(reader.finish());
    }
    if let Some(taxonomies) = reader.table("taxonomies") {
        let mut reader = Reader::new(origin, taxonomies);
        front.tags.extend(reader.strings("tags").unwrap_or_default());
        front.authors.extend(reader.strings("authors").unwrap_or_default());
        reader.allow(&["categories"]);
        faults.extend(reader.finish());
    }
    reader.allow(&ZOLA_ONLY);
    let line = reader.line_of("aliases");
    front.aliases.retain(|alias| {
        let checked = slug::check_alias(alias);
        if let Err(what) = &checked {
            let what = format!("alias `{alias}` {what}");
            faults.push(Fault::new(origin.file, what, "Write it as /old/place/.").at(line));
        }
        checked.is_ok()
    });
    faults.extend(reader.finish());
    front
}

fn sort_by(text: &str) -> Result<SortBy, (String, String)> {
    match text {
        "weight" | "none" => Ok(SortBy::Weight),
        "date" | "update_date" => Ok(SortBy::Date),
        "title" | "title_bytes" | "slug" => Ok(SortBy::Title),
        _ => Err((format!("is `{text}`"), "Write weight, date or title.".to_owned())),
    }
}

fn source_address(text: &str) -> Result<String, (String, String)> {
    match url::Url::parse(text) {
        Ok(url) if matches!(url.scheme(), "http" | "https") => Ok(text.to_owned()),
        _ => Err(("is not an http or https address".to_owned(), String::new())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_key_is_a_fault_with_its_line_and_the_nearest_name() {
        let mut faults = Vec::new();
        read("content/a.md", "+++\ntitle = \"A\"\ndesciption = \"x\"\n+++\nBody\n", &mut faults);
        assert_eq!(
            faults[0].to_string(),
            "content/a.md:3: unknown key `desciption`. Did you mean `description`?"
        );
    }

    #[test]
    fn broken_front_matter_is_a_fault_with_its_line() {
        let mut faults = Vec::new();
        read("content/a.md", "+++\ntitle = \"A\nslug = 3\n+++\nBody\n", &mut faults);
        assert_eq!(faults[0].line, Some(2), "{faults:?}");
        faults.clear();
        read("content/a.md", "+++\ntitle = \"A\"\nBody\n", &mut faults);
        assert!(faults[0].what.contains("does not end"));
    }

    #[test]
    fn a_slug_that_climbs_out_is_refused() {
        let mut faults = Vec::new();
        read("content/a.md", "+++\nslug = \"../../etc\"\n+++\n", &mut faults);
        assert!(faults[0].what.contains("`slug`"), "{faults:?}");
    }

    #[test]
    fn the_body_knows_its_line() {
        let mut faults = Vec::new();
        let parts = read("content/a.md", "+++\ntitle = \"A\"\n+++\nBody\n", &mut faults);
        assert_eq!((parts.body, parts.body_line), ("Body\n", 3));
        assert!(faults.is_empty());
    }
}
