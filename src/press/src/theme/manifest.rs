//! `theme.toml`: what a theme is and what its users can set.

use super::params::Param;
use crate::fault::Fault;
use crate::toml_reader::{Origin, Reader, parse, with_syntax};
use toml::de::DeTable;

/// A theme's description of itself.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Manifest {
    /// As its folder is named.
    pub name: String,
    /// Of the theme.
    pub version: String,
    /// SPDX expression.
    pub license: String,
    /// The oldest Citepress that it works with.
    pub min_version: String,
    /// What users can set, in the order of the file.
    pub params: Vec<Param>,
    /// In which sizes it shows pictures.
    pub pictures: Pictures,
}

/// `[pictures]`: pictures of `assets/` and `content/` are made in these widths, so that a telephone need not load what a
/// wide screen shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pictures {
    /// In pixels, from small to large; none: pictures stay as they are. Only widths below a picture's own are made.
    pub widths: Vec<u32>,
    /// The `sizes` attribute (HTML): how wide the theme shows a picture in a text.
    pub sizes: String,
}

impl Default for Pictures {
    fn default() -> Pictures {
        // Browsers that know `auto` measure the place themselves; to others a text is as wide as the window.
        Pictures { widths: vec![480, 960, 1440], sizes: "auto, 100vw".to_owned() }
    }
}

/// Every width is a file per picture.
const MOST_WIDTHS: usize = 8;
const WIDTHS: std::ops::RangeInclusive<i64> = 16..=8192;

impl Pictures {
    fn read<'a>(origin: Origin<'a>, table: &'a DeTable<'a>, faults: &mut Vec<Fault>) -> Pictures {
        let mut reader = Reader::new(origin, table);
        let mut pictures = Pictures::default();
        if let Some(widths) = reader.integers("widths") {
            if widths.len() > MOST_WIDTHS || widths.iter().any(|width| !WIDTHS.contains(width)) {
                let what = "`pictures.widths` must be at most 8 numbers from 16 to 8192";
                let fault = Fault::new(origin.file, what, "Write `widths = [480, 960, 1440]`.");
                faults.push(fault.at(reader.line_of("widths")));
            }
            pictures.widths = widths.into_iter().filter_map(|width| u32::try_from(width).ok()).collect();
            pictures.widths.sort_unstable();
            pictures.widths.dedup();
        }
        pictures.sizes = reader.string("sizes").unwrap_or(pictures.sizes);
        faults.extend(reader.finish());
        pictures
    }
}

pub(super) fn read(file: &str, source: &str) -> Result<Manifest, Vec<Fault>> {
    let origin = Origin { file, text: source, first_line: 0 };
    let (table, syntax) = parse(origin);
    let mut faults = Vec::new();
    let mut reader = Reader::new(origin, &table);
    let mut manifest = Manifest {
        name: reader.string("name").unwrap_or_default(),
        version: reader.string("version").unwrap_or_default(),
        license: reader.string("license").unwrap_or_default(),
        min_version: reader.string("min_version").unwrap_or_default(),
        params: Vec::new(),
        pictures: Pictures::default(),
    };
    if let Some(table) = reader.table("pictures") {
        manifest.pictures = Pictures::read(origin, table, &mut faults);
    }
    reader.allow(&["description", "author", "homepage"]);
    if let Some(params) = reader.table("params") {
        for (key, value) in params {
            let line = origin.line(key.span().start);
            match value.get_ref().as_table() {
                Some(table) => manifest.params.extend(Param::read(origin, key.get_ref(), table, &mut faults)),
                None => faults.push(
                    Fault::new(file, format!("`params.{}` is not a table", key.get_ref()), "").at(line),
                ),
            }
        }
    }
    faults.extend(reader.finish());
    for (key, value) in
        [("name", &manifest.name), ("version", &manifest.version), ("license", &manifest.license)]
    {
        if value.is_empty() {
            faults.push(Fault::new(file, format!("`{key}` is missing"), format!("Add `{key} = \"…\"`.")));
        }
    }
    let faults = with_syntax(syntax, faults);
    if faults.is_empty() { Ok(manifest) } else { Err(faults) }
}
