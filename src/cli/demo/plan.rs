//! The plan of the demo: which pages are to be written from which sources.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::cli::CliError;

/// The folder, read.
#[derive(Debug)]
pub(super) struct Plan {
    /// The text of site.toml.
    pub settings: String,
    /// Uploaded sources, as (name in the folder, Markdown).
    pub uploads: Vec<(String, String)>,
    /// Names of the pages that are crawled.
    pub crawled: Vec<String>,
    /// The page that everything begins at.
    pub home: Section,
    pub sections: Vec<Section>,
    pub pages: Vec<Page>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    home: Section,
    section: Vec<Section>,
    page: Vec<Page>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Section {
    /// Empty for the home page.
    #[serde(default)]
    pub slug: String,
    pub title: String,
    pub description: String,
    /// What its own words are taken from.
    pub sources: Vec<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Page {
    pub slug: String,
    pub title: String,
    pub kind: press::PageKind,
    pub section: String,
    pub brief: String,
    pub sources: Vec<String>,
    #[serde(default)]
    pub tags: Vec<String>,
    #[serde(default)]
    pub authors: Vec<String>,
}

impl Plan {
    /// Reads the folder.
    ///
    /// # Errors
    /// When a file is missing or can't be read; the message names it.
    pub(super) fn read(folder: &Path) -> Result<Plan, CliError> {
        let text = |path: PathBuf| {
            std::fs::read_to_string(&path).map_err(|error| {
                let cure = "start the demo in the project's folder, or name the folder with --from";
                CliError::from(format!("{}: {error}; {cure}", path.display()))
            })
        };
        let settings = text(folder.join("site.toml"))?;
        let file: File = toml::from_str(&text(folder.join("pages.toml"))?)
            .map_err(|error| format!("{}: {error}", folder.join("pages.toml").display()))?;
        let sections = file.section.iter().chain([&file.home]).flat_map(|section| &section.sources);
        let mut names: Vec<&String> =
            file.page.iter().flat_map(|page| &page.sources).chain(sections).collect();
        names.sort();
        names.dedup();
        let (crawled, uploaded): (Vec<&String>, Vec<&String>) =
            names.into_iter().partition(|name| name.starts_with("pages/"));
        let upload = |name: &String| Ok::<_, CliError>((name.clone(), text(folder.join(name))?));
        let uploads = uploaded.into_iter().map(upload).collect::<Result<Vec<_>, _>>()?;
        let crawled = crawled.into_iter().cloned().collect();
        Ok(Plan { settings, uploads, crawled, home: file.home, sections: file.section, pages: file.page })
    }
}

/// The first heading of a Markdown text, or its name.
pub(super) fn title_of(name: &str, markdown: &str) -> String {
    let heading = markdown.lines().find_map(|line| line.strip_prefix("# "));
    heading.map_or_else(|| name.to_owned(), |heading| heading.trim().to_owned())
}
