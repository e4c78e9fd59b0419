//! From a request's path to a file's path. Pure.

/// The file that a path asks for.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Wanted {
    /// Its path in the edition.
    pub file: String,
    /// Whether people are sent on to the path with a slash at its end, if this is no file but a folder with an index.
    pub may_be_folder: bool,
}

/// Reads a path; `None` for one that can name no file: not UTF-8, with `..`, an empty part, a backslash or a NUL.
pub(super) fn wanted(path: &str) -> Option<Wanted> {
    let decoded = percent_encoding::percent_decode_str(path.strip_prefix('/')?).decode_utf8().ok()?;
    let (stem, is_folder) = match decoded.strip_suffix('/') {
        Some(stem) => (stem, true),
        None => (decoded.as_ref(), decoded.is_empty()),
    };
    let plain = |part: &[u8]| !part.is_empty() && part != b"." && part != b"..";
    let bytes = stem.as_bytes();
    if bytes.contains(&b'\\')
        || bytes.contains(&0)
        || !stem.is_empty() && !bytes.split(|b| *b == b'/').all(plain)
    {
        return None;
    }
    Some(match (stem, is_folder) {
        ("", _) => Wanted { file: "index.html".to_owned(), may_be_folder: false },
        (stem, true) => Wanted { file: format!("{stem}/index.html"), may_be_folder: false },
        (stem, false) => Wanted { file: stem.to_owned(), may_be_folder: true },
    })
}

/// The Markdown mirror of a page's file: `guide/start/index.html` -> `guide/start.md`.
pub(super) fn markdown_of(file: &str) -> String {
    match file.strip_suffix("/index.html") {
        Some(page) => format!("{page}.md"),
        None => "index.md".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str) -> Option<String> {
        wanted(path).map(|wanted| wanted.file)
    }

    #[test]
    fn a_folder_means_its_index_and_a_file_itself() {
        assert_eq!(file("/").as_deref(), Some("index.html"));
        assert_eq!(file("/guide/").as_deref(), Some("guide/index.html"));
        assert_eq!(file("/guide.md").as_deref(), Some("guide.md"));
        assert_eq!(file("/caf%C3%A9/").as_deref(), Some("café/index.html"));
        assert!(wanted("/guide").unwrap().may_be_folder && !wanted("/guide/").unwrap().may_be_folder);
    }

    #[test]
    fn a_path_that_could_leave_the_edition_names_no_file() {
        let bad =
            ["/../x", "/a/../b", "/%2e%2e/x", "/a//b", "//a", "/a%2f..%2fb", "/a\\b", "/%00", "/%ff", "a"];
        for path in bad {
            assert_eq!(wanted(path), None, "{path}");
        }
    }

    #[test]
    fn a_page_has_one_mirror() {
        assert_eq!(markdown_of("index.html"), "index.md");
        assert_eq!(markdown_of("guide/start/index.html"), "guide/start.md");
    }
}
