//! What is part of the program: the templates a theme may leave out, and the themes of the repository.

/// A theme's name and its files: path and bytes.
type Embedded = (&'static str, &'static [File]);
type File = (&'static str, &'static [u8]);

include!(concat!(env!("OUT_DIR"), "/themes.rs"));

/// Name and source of each fallback template. They fill the block `main` of `base.html`.
pub(super) static TEMPLATES: &[(&str, &str)] = &[
    ("base.html", include_str!("builtin/base.html")),
    ("index.html", include_str!("builtin/index.html")),
    ("page.html", include_str!("builtin/page.html")),
    ("section.html", include_str!("builtin/section.html")),
    ("tag.html", include_str!("builtin/tag.html")),
    ("search.html", include_str!("builtin/search.html")),
    ("404.html", include_str!("builtin/404.html")),
    ("parts.html", include_str!("builtin/parts.html")),
];

/// English words that the built-in templates and the press itself use; a theme's own come before them.
pub(super) static TEXTS: &str = include_str!("builtin/en.toml");

/// Names that [`super::Theme::builtin`] knows.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    std::iter::once("plain").chain(THEMES.iter().map(|(name, _)| *name))
}
