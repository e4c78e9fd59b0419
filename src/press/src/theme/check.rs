//! `theme check`: every template is rendered with sample data, strictly, and what the structured data says must stand on
//! the page.

use super::Theme;
use crate::config::SiteConfig;
use crate::document::{Change, Document};
use crate::fault::Fault;
use crate::press::Press;
use crate::sink::{NoTexts, OutFile, Sink};
use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};

const CONFIG: &str = include_str!("builtin/sample.toml");
const BODY: &str = include_str!("builtin/sample.md");

/// Kind, template, and whether the page carries all that a page can carry.
const KINDS: [(&str, &str); 7] = [
    ("article", "page.html"),
    ("faq", "faq.html"),
    ("comparison", "comparison.html"),
    ("glossary", "glossary.html"),
    ("how-to", "howto.html"),
    ("product", "product.html"),
    ("landing", "page.html"),
];

pub(super) fn check(theme: &Arc<Theme>) -> Result<(), Vec<Fault>> {
    let config = SiteConfig::parse(CONFIG)?;
    let mut press = Press::new(config, theme.clone())?;
    let plan = press.plan(sample())?;
    let pages = Pages::default();
    press.render(plan, &NoTexts, &pages)?;
    let pages = pages.0.into_inner().unwrap_or_else(PoisonError::into_inner);
    let mut faults = Vec::new();
    for (kind, template) in KINDS {
        let shown = [
            "Sample title",
            "Sample description",
            "Sample Author",
            "Sample section",
            "2026-01-02",
            "2026-02-03",
            "Sample Org",
        ];
        look(
            theme,
            &pages,
            &format!("samples/{kind}/index.html"),
            theme.template_for(template),
            &shown,
            &mut faults,
        );
        look(
            theme,
            &pages,
            &format!("bare/{kind}/index.html"),
            theme.template_for(template),
            &["Bare title"],
            &mut faults,
        );
    }
    look(theme, &pages, "index.html", "index.html", &["Sample Org"], &mut faults);
    look(
        theme,
        &pages,
        "samples/index.html",
        "section.html",
        &["Sample section", "Sample title"],
        &mut faults,
    );
    look(
        theme,
        &pages,
        "tags/sample-tag/index.html",
        "tag.html",
        &["Sample tag", "Sample title"],
        &mut faults,
    );
    look(theme, &pages, "search/index.html", "search.html", &["Sample section"], &mut faults);
    look(theme, &pages, "404.html", "404.html", &[], &mut faults);
    faults.sort();
    if faults.is_empty() { Ok(()) } else { Err(faults) }
}

/// Pages of every kind with everything, and again with nothing; enough of them for listings in several parts.
fn sample() -> Vec<Change> {
    let mut documents = vec![
        ("_index.md".to_owned(), "+++\ntitle = \"Sample Home\"\n+++\nWelcome.\n".to_owned()),
        (
            "samples/_index.md".to_owned(),
            "+++\ntitle = \"Sample section\"\ndescription = \"What it holds.\"\n+++\n".to_owned(),
        ),
    ];
    for (kind, _) in KINDS {
        let full = format!(
            "+++\ntitle = \"Sample title {kind}\"\ndescription = \"Sample description of {kind}.\"\nkind = \"{kind}\"\n\
             date = 2026-01-02\nupdated = 2026-02-03\nauthors = [\"Sample Author\"]\ntags = [\"Sample tag\"]\naliases = [\"/old/{kind}/\"]\n\
             [[sources]]\ntitle = \"Sample source\"\nurl = \"https://source.example/\"\n[[sources]]\ntitle = \"Sample book\"\n\
             [extra]\nprice = \"10\"\ncurrency = \"EUR\"\n+++\n{BODY}"
        );
        documents.push((format!("samples/{kind}.md"), full.clone()));
        documents.push((
            format!("samples/{kind}.ar.md"),
            full.replace("aliases = [\"/old/", "aliases = [\"/ar/old/"),
        ));
        documents.push((
            format!("bare/{kind}.md"),
            format!("+++\ntitle = \"Bare title\"\nkind = \"{kind}\"\n+++\n"),
        ));
    }
    for number in 0..100 {
        let text = format!("+++\ntitle = \"Number {number}\"\ntags = [\"Many\"]\n+++\nText.\n");
        documents.push((format!("many/deep/er/page-{number}.md"), text));
    }
    documents.into_iter().map(|(path, text)| Change::Put(Document { path, text })).collect()
}

/// Each text must be visible on the page, and the page must have the bones of a page.
fn look(
    theme: &Theme,
    pages: &BTreeMap<String, String>,
    path: &str,
    template: &str,
    shown: &[&str],
    faults: &mut Vec<Fault>,
) {
    let file = theme.file_of(template);
    let Some(html) = pages.get(path) else {
        faults.push(Fault::new(file, format!("made no {path}"), ""));
        return;
    };
    let visible = visible(html);
    for text in shown.iter().filter(|text| !visible.contains(**text)) {
        let what = format!(
            "does not show \"{text}\", which the structured data repeats ({path} of the sample site)"
        );
        let cure = "Show page.title, page.description, page.authors, page.date, page.updated, page.ancestors and site.organization.name.";
        faults.push(Fault::new(&file, what, cure));
    }
    for (bone, count) in [("<h1", 1), ("<main", 1), ("<title>", 1), ("application/ld+json", 1)] {
        let found = html.matches(bone).count();
        if found != count {
            faults.push(Fault::new(
                &file,
                format!("has {found} times {bone} where one is needed ({path} of the sample site)"),
                "",
            ));
        }
    }
}

/// The text of a page's body, roughly: without scripts, tags and the commonest entities.
fn visible(html: &str) -> String {
    let body = html.split_once("<body").map_or(html, |(_, body)| body);
    let mut out = String::with_capacity(body.len());
    let mut in_script = false;
    for piece in body.split('<') {
        let (tag, text) = piece.split_once('>').unwrap_or(("", piece));
        in_script =
            tag.starts_with("script") || tag.starts_with("template") || (in_script && !tag.starts_with('/'));
        if !in_script {
            out.push_str(text);
        }
        // What a screen reader reads and what dates say by machine counts as shown.
        if tag.starts_with("time") || tag.starts_with("img") {
            out.push_str(tag);
        }
    }
    out.replace("&amp;", "&").replace("&#39;", "'").replace("&quot;", "\"")
}

/// HTML pages in memory.
#[derive(Default)]
struct Pages(Mutex<BTreeMap<String, String>>);

impl Sink for Pages {
    fn write(&self, file: OutFile<'_>) -> io::Result<()> {
        if file.path.ends_with(".html") {
            let text = String::from_utf8_lossy(file.bytes).into_owned();
            self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(file.path.to_owned(), text);
        }
        Ok(())
    }

    fn remove(&self, _path: &str) -> io::Result<()> {
        Ok(())
    }
}
