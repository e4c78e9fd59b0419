//! Zola's front matter, key by key.

use toml::{Table, Value};

use super::dates;
use super::front_matter::Front;
use super::names;
use super::report::Report;

/// Keys that mean the same to the press.
const SAME: [&str; 8] = ["title", "description", "date", "updated", "draft", "weight", "authors", "slug"];
/// Keys that only steer Zola's templates and feeds; here the theme and the site's settings decide.
const ZOLAS_OWN: [&str; 12] = [
    "template",
    "page_template",
    "in_search_index",
    "paginate_by",
    "paginate_path",
    "paginate_reversed",
    "insert_anchor_links",
    "transparent",
    "generate_feeds",
    "generate_feed",
    "render_pages",
    "lastmod",
];

/// The front matter in the press's keys; `None` if it cannot be read, which the report tells.
pub(super) fn convert(path: &str, front: &Front<'_>, report: &mut Report) -> Option<Table> {
    let Front::Toml(text) = front else {
        report
            .dropped(path, "its front matter begins with +++ but does not end: close it with a line of +++");
        return None;
    };
    let table: Table = match text.parse() {
        Ok(table) => table,
        Err(error) => {
            // The fence is line 1.
            let line = error.span().map_or(0, |span| text[..span.start].matches('\n').count()) + 2;
            report.dropped(
                path,
                format!("its front matter is not valid TOML (line {line}): {}", error.message()),
            );
            return None;
        }
    };
    let mut page = Page {
        path,
        report,
        front: Table::new(),
        tags: Vec::new(),
        aliases: Vec::new(),
        extra: Table::new(),
    };
    for (key, value) in table {
        page.take(key, value);
    }
    Some(page.finish())
}

struct Page<'a> {
    path: &'a str,
    report: &'a mut Report,
    front: Table,
    tags: Vec<Value>,
    aliases: Vec<Value>,
    extra: Table,
}

impl Page<'_> {
    fn take(&mut self, key: String, value: Value) {
        match (key.as_str(), value) {
            (known, value) if SAME.contains(&known) => {
                self.front.insert(key, value);
            }
            ("aliases", Value::Array(aliases)) => aliases.into_iter().for_each(|alias| self.alias(&alias)),
            ("taxonomies", Value::Table(taxonomies)) => self.taxonomies(taxonomies),
            ("extra", Value::Table(extra)) => self.extra.extend(extra),
            ("sort_by", value) => self.sort_by(&value),
            ("path", Value::String(path)) => {
                self.report.changed(
                    self.path,
                    format!("path `{path}` leads to it as an alias: addresses come from folders"),
                );
                self.alias(&Value::String(path));
            }
            ("render", Value::Boolean(false)) => {
                self.report.changed(self.path, "render = false makes it a draft");
                self.front.insert("draft".to_owned(), true.into());
            }
            ("render", _) => {}
            ("redirect_to", value) => {
                let what =
                    format!("redirect_to = {value} is left out: give the page at the new place an alias");
                self.report.warning(self.path, None, what);
            }
            (own, value) if ZOLAS_OWN.contains(&own) => {
                self.report.changed(self.path, format!("{key} = {value} is left out: the theme decides it"));
            }
            (_, value) => {
                self.report.changed(self.path, format!("unknown key `{key}` goes to [extra]"));
                self.extra.insert(key, value);
            }
        }
    }

    /// Zola writes old addresses with or without slashes, and as files.
    fn alias(&mut self, alias: &Value) {
        let Some(text) = alias.as_str() else {
            self.report.warning(self.path, None, format!("alias {alias} is no text and is left out"));
            return;
        };
        let inner = text.trim_matches('/');
        let sound = !inner.is_empty()
            && !inner.contains(['\\', '?', '#', '"', '<', '>', '%', ':', '\n', '\r', '\0'])
            && inner.split('/').all(|segment| !segment.is_empty() && !segment.starts_with('.'));
        if !sound {
            self.report.warning(
                self.path,
                None,
                format!("alias `{text}` is no path inside a site and is left out"),
            );
            return;
        }
        let is_file = inner.rsplit('/').next().is_some_and(|name| name.contains('.'));
        let alias = if is_file { format!("/{inner}") } else { format!("/{inner}/") };
        self.aliases.push(alias.into());
    }

    fn taxonomies(&mut self, mut taxonomies: Table) {
        // Tags keep their place before what else becomes a tag.
        if let Some(Value::Array(tags)) = taxonomies.remove("tags") {
            self.tags.extend(tags);
        }
        for (name, terms) in taxonomies {
            match (name.as_str(), terms) {
                ("authors", terms @ Value::Array(_)) if !self.front.contains_key("authors") => {
                    self.front.insert("authors".to_owned(), terms);
                }
                (_, Value::Array(terms)) => {
                    self.report.changed(self.path, format!("the taxonomy `{name}` becomes tags"));
                    self.tags.extend(terms);
                }
                (_, terms) => {
                    self.report.warning(
                        self.path,
                        None,
                        format!("taxonomy {name} = {terms} is no list and is left out"),
                    );
                }
            }
        }
    }

    fn sort_by(&mut self, value: &Value) {
        let ours = match value.as_str().unwrap_or_default() {
            "date" | "update_date" => "date",
            "title" | "title_bytes" | "slug" => "title",
            "weight" | "none" => "weight",
            _ => {
                self.report.warning(self.path, None, format!("sort_by = {value} is unknown and is left out"));
                return;
            }
        };
        if value.as_str() != Some(ours) {
            self.report.changed(self.path, format!("sort_by = {value} becomes \"{ours}\""));
        }
        self.front.insert("sort_by".to_owned(), ours.into());
    }

    fn finish(mut self) -> Table {
        self.name();
        for (key, list) in [("tags", self.tags), ("aliases", self.aliases)] {
            let mut seen: Vec<Value> = Vec::new();
            for value in list {
                if !seen.contains(&value) {
                    seen.push(value);
                }
            }
            if !seen.is_empty() {
                self.front.insert(key.to_owned(), Value::Array(seen));
            }
        }
        if !self.extra.is_empty() {
            self.front.insert("extra".to_owned(), Value::Table(self.extra));
        }
        self.front
    }

    /// Title, date and slug as far as Zola takes them from the file's name.
    fn name(&mut self) {
        if let Some((date, rest)) = dates::in_name(self.path) {
            self.front.entry("date").or_insert_with(|| date.into());
            self.front.entry("slug").or_insert_with(|| rest.into());
        }
        if let Some(slug) = self.front.get("slug").and_then(Value::as_str)
            && (slug.contains(['/', '\\']) || slug.contains(".."))
        {
            self.report.warning(
                self.path,
                None,
                format!("slug `{slug}` cannot be part of an address and is left out"),
            );
            self.front.remove("slug");
        }
        if !self.front.contains_key("title") {
            let title = names::title(self.path);
            self.report.changed(self.path, format!("title \"{title}\" from its name: it has none"));
            self.front.insert("title".to_owned(), title.into());
        }
    }
}
