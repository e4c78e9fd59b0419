//! Zola's shortcodes, `{{ name(…) }}` and `{% name(…) %}…{% end %}`: nothing here can run them, so they stay as text.

use super::report::Report;

/// Warns of each, with its line.
pub(super) fn warn(path: &str, body: &str, lines_before: usize, report: &mut Report) {
    for (number, line) in body.lines().enumerate() {
        for name in names(line) {
            let what = format!("the shortcode `{name}` is kept as text: write what it stands for");
            report.warning(path, Some(lines_before + number + 1), what);
        }
    }
}

/// Names of the shortcodes that begin on a line.
fn names(line: &str) -> impl Iterator<Item = &str> {
    let begins = line.match_indices("{{").chain(line.match_indices("{%"));
    begins.filter_map(|(at, _)| {
        let rest = line[at + 2..].trim_start();
        let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':'))?;
        let is_call = end > 0 && rest[end..].trim_start().starts_with('(');
        is_call.then_some(&rest[..end])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_found_and_other_braces_are_not() {
        let found = |line: &'static str| names(line).collect::<Vec<_>>();
        assert_eq!(found("see {{ youtube(id=\"x\") }} and {% quote(by=\"y\") %}"), ["youtube", "quote"]);
        assert!(found("{{ page.title }} {% end %} {{/* youtube() */}} a {{").is_empty());
    }
}
