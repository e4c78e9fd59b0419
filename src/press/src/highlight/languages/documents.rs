//! Documents and their looks. Words must be sorted; a test sees to it.

use crate::highlight::language::{Language, Shape};

pub(super) static LANGUAGES: &[Language] = &[
    Language {
        names: &["html", "xml", "svg", "htm", "vue", "jinja", "xhtml"],
        shape: Shape::Markup,
        ..Language::BASE
    },
    Language {
        names: &["css", "scss", "less"],
        attribute: Some(b'@'),
        keys: true,
        capital_types: false,
        word_bytes: b"-",
        constants: &["auto", "block", "flex", "grid", "inherit", "initial", "none", "unset"],
        ..Language::BASE
    },
    Language { names: &["diff", "patch"], shape: Shape::Diff, ..Language::BASE },
    Language { names: &["markdown", "md", "mdx"], shape: Shape::Markdown, ..Language::BASE },
];
