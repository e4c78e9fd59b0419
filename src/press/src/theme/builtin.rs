//! What is part of the program: the templates a theme may leave out, and the themes of the repository.

include!(concat!(env!("OUT_DIR"), "/themes.rs"));

/// Name and source of each fallback template.
pub(super) static TEMPLATES: &[(&str, &str)] = &[
    ("base.html", include_str!("builtin/base.html")),
    ("index.html", include_str!("builtin/index.html")),
    ("page.html", include_str!("builtin/page.html")),
];

/// Names that [`super::Theme::builtin`] knows.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    std::iter::once("plain").chain(THEMES.iter().map(|(name, _)| *name))
}
