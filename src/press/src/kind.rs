//! What a page is: decides its template and its schema.org type.

use crate::suggest;

/// The kinds of pages, as `kind = "…"` in front matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PageKind {
    /// An article: the default.
    #[default]
    Article,
    /// Questions as headings, answers below them.
    Faq,
    /// Two or more things side by side.
    Comparison,
    /// A term and what it means.
    Glossary,
    /// Steps towards a goal.
    HowTo,
    /// Something that can be had.
    Product,
    /// A way in to the site.
    Landing,
}

impl PageKind {
    const ALL: [(&'static str, PageKind); 7] = [
        ("article", PageKind::Article),
        ("faq", PageKind::Faq),
        ("comparison", PageKind::Comparison),
        ("glossary", PageKind::Glossary),
        ("how-to", PageKind::HowTo),
        ("product", PageKind::Product),
        ("landing", PageKind::Landing),
    ];

    /// The word in front matter and in templates.
    pub fn name(self) -> &'static str {
        Self::ALL[self as usize].0
    }

    /// The template that is tried before `page.html`.
    pub(crate) fn template(self) -> &'static str {
        match self {
            PageKind::Article | PageKind::Landing => "page.html",
            PageKind::Faq => "faq.html",
            PageKind::Comparison => "comparison.html",
            PageKind::Glossary => "glossary.html",
            PageKind::HowTo => "howto.html",
            PageKind::Product => "product.html",
        }
    }

    /// Reads the word; `howto` counts as `how-to`.
    pub(crate) fn parse(text: &str) -> Result<PageKind, (String, String)> {
        let wanted = if text == "howto" { "how-to" } else { text };
        if let Some((_, kind)) = Self::ALL.iter().find(|(name, _)| *name == wanted) {
            return Ok(*kind);
        }
        let known: Vec<&str> = Self::ALL.iter().map(|(name, _)| *name).collect();
        Err((format!("is `{text}`, which is no kind of page"), suggest::did_you_mean(text, &known)))
    }
}

impl std::str::FromStr for PageKind {
    type Err = crate::Fault;

    /// The error names the cure; its file is empty, for the caller to fill in.
    fn from_str(text: &str) -> Result<PageKind, crate::Fault> {
        PageKind::parse(text).map_err(|(what, cure)| crate::Fault::new("", format!("kind {what}"), cure))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_read_by_its_own_name() {
        for (name, kind) in PageKind::ALL {
            assert_eq!(PageKind::parse(name).unwrap(), kind);
            assert_eq!(kind.name(), name);
        }
        assert!(PageKind::parse("artcle").unwrap_err().1.contains("`article`"));
    }
}
