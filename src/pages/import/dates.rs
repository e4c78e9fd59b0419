//! Dates in file names, as Zola reads them: `2026-11-21-title.md`, `2026-11-21_title.md`.

use jiff::civil::Date;
use toml::value::Datetime;

/// The date at the head of a file's name, and the rest of the name without its extension.
pub(super) fn in_name(path: &str) -> Option<(Datetime, String)> {
    let folder_or_file = path.strip_suffix("/index.md").or_else(|| path.strip_suffix(".md"))?;
    let name = folder_or_file.rsplit('/').next()?;
    let (date, rest) = name.split_at_checked(10)?;
    let date: Date = date.parse().ok()?;
    let rest = rest.strip_prefix(['-', '_'])?.trim();
    if rest.is_empty() {
        return None;
    }
    Some((date.to_string().parse().ok()?, rest.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_at_the_head_of_a_name_is_found_and_nothing_else_is() {
        let (date, rest) = in_name("blog/2026-02-03-hello.md").unwrap();
        assert_eq!((date.to_string().as_str(), rest.as_str()), ("2026-02-03", "hello"));
        assert_eq!(in_name("blog/2026-02-03_hi/index.md").unwrap().1, "hi");
        for name in ["hello.md", "2026-02-31-x.md", "2026-02-03.md", "2026-02-03-.md", "größer-als-10.md"] {
            assert!(in_name(name).is_none(), "{name}");
        }
    }
}
