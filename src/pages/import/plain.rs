//! Markdown without front matter: the title comes from the first heading or the file's name, the date from nothing.

use toml::{Table, Value};

use super::names;
use super::report::Report;

/// Front matter for a plain file, and its body without the heading that became the title.
pub(super) fn convert(path: &str, text: &str, report: &mut Report) -> (Table, String) {
    let text = without_yaml(path, text, report);
    let (title, body) = match heading(text) {
        Some((title, body)) => (title, body),
        None => {
            let title = names::title(path);
            report.changed(
                path,
                format!("title \"{title}\" from the file's name: it has no heading at its head"),
            );
            (title, text.to_owned())
        }
    };
    (Table::from_iter([("title".to_owned(), Value::from(title))]), body)
}

/// YAML is not read: better to say so than to show it as text.
fn without_yaml<'a>(path: &str, text: &'a str, report: &mut Report) -> &'a str {
    let Some(rest) = text.strip_prefix("---\n").or_else(|| text.strip_prefix("---\r\n")) else { return text };
    let Some((_, body)) = rest.split_once("\n---") else { return text };
    report.warning(path, Some(1), "its front matter between --- is left out: only TOML between +++ is read");
    body.split_once('\n').map_or("", |(_, body)| body)
}

/// The heading of level 1 that the text begins with, and the text without it: the page shows its title itself.
fn heading(text: &str) -> Option<(String, String)> {
    let text = text.trim_start();
    let (line, rest) = text.split_once('\n').unwrap_or((text, ""));
    if let Some(title) = line.strip_prefix("# ") {
        let title = words(title.trim().trim_end_matches('#'));
        return (!title.is_empty()).then(|| (title, rest.to_owned()));
    }
    let (under, rest) = rest.split_once('\n').unwrap_or((rest, ""));
    let under = under.trim_end();
    let setext = under.len() >= 2 && under.bytes().all(|byte| byte == b'=');
    (setext && !line.trim().is_empty()).then(|| (words(line.trim()), rest.to_owned()))
}

/// The words of a heading without Markdown's signs.
fn words(markdown: &str) -> String {
    use pulldown_cmark::{Event, Parser};
    let events = Parser::new(markdown);
    let words = events.filter_map(|event| match event {
        Event::Text(text) | Event::Code(text) => Some(text.into_string()),
        _ => None,
    });
    words.collect::<String>().trim().to_owned()
}
