//! `theme.toml`: what a theme is and what its users can set.

use super::params::Param;
use crate::fault::Fault;
use crate::toml_reader::{Origin, Reader, parse, with_syntax};

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
    };
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
