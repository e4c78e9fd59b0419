//! From a document's path to its place on the site.

use crate::slug::slugify;

/// Is this file of `content/` a document?
pub(crate) fn is_document(path: &str) -> bool {
    path.ends_with(".md")
}

/// Where a document belongs.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Placed<'a> {
    pub language: u16,
    pub stem: &'a str,
    pub is_section: bool,
    /// Folder of the document as nodes, with the language in front.
    pub folder: String,
    /// The last segment; empty for sections.
    pub name: String,
    /// From a file name like `2026-11-21-title.md`.
    pub date: Option<&'a str>,
}

/// Takes a path apart. `languages` are the site's tags, the default one first.
pub(crate) fn place<'a>(path: &'a str, languages: &[String]) -> Result<Placed<'a>, &'static str> {
    let bad = |segment: &str| {
        segment.is_empty() || segment == "." || segment == ".." || segment.contains(['\\', '\0'])
    };
    if path.split('/').any(bad) {
        return Err("has an empty or climbing segment in its path");
    }
    let stem = path.strip_suffix(".md").unwrap_or(path);
    let file_start = stem.rfind('/').map_or(0, |at| at + 1);
    let tag = stem[file_start..].rsplit_once('.').map(|(_, tag)| tag);
    let language =
        tag.and_then(|tag| languages.iter().skip(1).position(|known| known == tag)).map_or(0, |at| at + 1);
    let stem = if language == 0 { stem } else { &stem[..stem.len() - tag.map_or(0, str::len) - 1] };
    let (folder, file) = stem.rsplit_once('/').unwrap_or(("", stem));
    let mut nodes = String::with_capacity(path.len() + 8);
    let prefix = if language == 0 { None } else { languages.get(language) };
    for segment in prefix
        .into_iter()
        .map(|tag| tag.to_lowercase())
        .chain(folder.split('/').filter(|s| !s.is_empty()).map(slugify))
    {
        if let Some(what) = super::claims::reserved(&segment) {
            return Err(what);
        }
        if segment.is_empty() {
            return Err("lies in a folder whose name has neither letters nor digits");
        }
        if !nodes.is_empty() {
            nodes.push('/');
        }
        nodes.push_str(&segment);
    }
    let (date, file) = dated(file);
    let is_section = file == "_index";
    let mut name = if is_section { String::new() } else { slugify(file) };
    // `guide/start/index.md` is the page `guide/start`, with its pictures beside it.
    if file == "index" && !folder.is_empty() {
        let (parent, own) = nodes.rsplit_once('/').unwrap_or(("", &nodes));
        (name, nodes) = (own.to_owned(), parent.to_owned());
    }
    if name.is_empty() && !is_section {
        return Err("has a name with neither letters nor digits");
    }
    let language = u16::try_from(language).unwrap_or_default();
    Ok(Placed { language, stem, is_section, folder: nodes, name, date })
}

/// Splits `2026-11-21-title` as Zola does.
fn dated(file: &str) -> (Option<&str>, &str) {
    let date = file.get(..10).filter(|date| date.parse::<jiff::civil::Date>().is_ok());
    match (date, file.get(11..)) {
        (Some(date), Some(rest)) if !rest.is_empty() && matches!(file.as_bytes()[10], b'-' | b'_') => {
            (Some(date), rest)
        }
        _ => (None, file),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nodes(path: &str) -> (u16, String, String, bool) {
        let placed = place(path, &["en".to_owned(), "fr".to_owned()]).unwrap();
        (placed.language, placed.folder, placed.name, placed.is_section)
    }

    #[test]
    fn documents_find_their_place() {
        assert_eq!(nodes("guide/Start Here.md"), (0, "guide".into(), "start-here".into(), false));
        assert_eq!(nodes("_index.md"), (0, String::new(), String::new(), true));
        assert_eq!(nodes("guide/_index.fr.md"), (1, "fr/guide".into(), String::new(), true));
        assert_eq!(nodes("a.fr.md"), (1, "fr".into(), "a".into(), false));
        assert_eq!(nodes("v1.2.md"), (0, String::new(), "v1.2".into(), false));
        assert_eq!(nodes("guide/start/index.md"), (0, "guide".into(), "start".into(), false));
        assert_eq!(place("a/2026-11-21-new.md", &[]).unwrap().date, Some("2026-11-21"));
        assert!(place("../a.md", &[]).is_err());
        assert!(place("???.md", &[]).is_err());
    }
}
