//! Footnotes: numbered by first use, written at the end, each with a way back.

use super::escape::push_escaped;
use std::collections::HashMap;
use std::fmt::Write as _;

#[derive(Default)]
pub(super) struct Footnotes {
    /// Number and how often it is referred to.
    numbers: HashMap<String, (u32, u32)>,
    /// In the order of their numbers: the name.
    order: Vec<String>,
    texts: HashMap<String, String>,
}

impl Footnotes {
    /// Writes the mark of a reference.
    pub(super) fn reference(&mut self, name: &str, out: &mut String) {
        if !self.numbers.contains_key(name) {
            let number = u32::try_from(self.order.len()).unwrap_or(u32::MAX - 1) + 1;
            self.numbers.insert(name.to_owned(), (number, 0));
            self.order.push(name.to_owned());
        }
        let Some((number, uses)) = self.numbers.get_mut(name) else { return };
        *uses += 1;
        let again = if *uses == 1 { String::new() } else { format!("-{uses}") };
        let _ = write!(
            out,
            "<sup class=\"footnote-ref\"><a href=\"#fn-{number}\" id=\"fnref-{number}{again}\" role=\"doc-noteref\">{number}</a></sup>"
        );
    }

    /// Keeps the HTML of a definition; of two with one name the first counts.
    pub(super) fn define(&mut self, name: String, html: String) {
        self.texts.entry(name).or_insert(html);
    }

    /// Writes all notes that are referred to.
    pub(super) fn finish(&self, label: &str, out: &mut String) {
        if !self.order.iter().any(|name| self.texts.contains_key(name)) {
            return;
        }
        out.push_str("<section class=\"footnotes\" role=\"doc-endnotes\" aria-label=\"");
        push_escaped(out, label);
        out.push_str("\">\n<ol>\n");
        for (index, name) in self.order.iter().enumerate() {
            let text = self.texts.get(name).map_or("", String::as_str).trim_end();
            let number = index + 1;
            let back = format!(
                " <a class=\"footnote-back\" href=\"#fnref-{number}\" role=\"doc-backlink\" aria-label=\"{number}\">↩</a>"
            );
            let _ = write!(out, "<li id=\"fn-{number}\">");
            match text.strip_suffix("</p>") {
                Some(open) => {
                    out.push_str(open);
                    out.push_str(&back);
                    out.push_str("</p>");
                }
                None => {
                    out.push_str(text);
                    out.push_str(&back);
                }
            }
            out.push_str("</li>\n");
        }
        out.push_str("</ol>\n</section>\n");
    }
}
