//! Which files of a plain folder stand for the folder itself.

use std::collections::BTreeMap;

/// New paths of files that become the `_index.md` of their folder: `README.md` and `index.md`. An `index.md` whose folder
/// holds no other document stays: it is a page with its pictures beside it, in Zola as well.
pub(super) fn sections(texts: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let mut renamed = BTreeMap::new();
    for path in texts.keys() {
        let (folder, name) =
            path.rsplit_once('/').map_or(("", path.as_str()), |(folder, name)| (folder, name));
        let index = if folder.is_empty() { "_index.md".to_owned() } else { format!("{folder}/_index.md") };
        let stands_for_folder = match name.to_ascii_lowercase().as_str() {
            "readme.md" => true,
            "index.md" => folder.is_empty() || has_others(texts, folder, path),
            _ => false,
        };
        let taken = texts.contains_key(&index) || renamed.values().any(|to| *to == index);
        if stands_for_folder && !taken {
            renamed.insert(path.clone(), index);
        }
    }
    renamed
}

fn has_others(texts: &BTreeMap<String, String>, folder: &str, path: &str) -> bool {
    let inside = format!("{folder}/");
    texts
        .range(inside.clone()..)
        .take_while(|(other, _)| other.starts_with(&inside))
        .any(|(other, _)| other != path)
}

/// A title from a file's name: `getting-started.md` gives `Getting started`, `guide/_index.md` gives `Guide`.
pub(super) fn title(path: &str) -> String {
    let stem = path.strip_suffix(".md").unwrap_or(path);
    let mut segments = stem.rsplit('/');
    let name = match segments.next().unwrap_or_default() {
        name if ["_index", "index", "readme"].contains(&name.to_ascii_lowercase().as_str()) => {
            segments.next().unwrap_or("Home")
        }
        name => name,
    };
    let words = name.replace(['-', '_'], " ");
    let mut letters = words.trim().chars();
    letters
        .next()
        .map(|first| first.to_uppercase().collect::<String>() + letters.as_str())
        .unwrap_or_default()
}
