//! Decisions without any I/O.

use super::error::Refusal;
use super::model::{NewPage, Page, PageState};

const LONGEST_PATH: usize = 300;
/// The most characters of a document.
const LONGEST_DOCUMENT: usize = 1_000_000;
/// The most characters of a title.
const LONGEST_TITLE: usize = 300;

/// Whether a document may live at a path: inside the content folder, Markdown, nothing that leaves it.
pub(super) fn check_path(path: &str) -> Result<(), Refusal> {
    let plain = |part: &str| {
        !part.is_empty() && part != "." && part != ".." && !part.chars().any(|c| c.is_control() || c == '\\')
    };
    let markdown = path.strip_suffix(".md").is_some_and(|stem| !stem.is_empty() && !stem.ends_with('/'));
    if markdown && path.len() <= LONGEST_PATH && path.split('/').all(plain) {
        return Ok(());
    }
    Err(Refusal::BadPath(path.chars().take(LONGEST_PATH).collect()))
}

/// Whether a text can be kept: every door brings texts here, and PostgreSQL keeps no NUL.
pub(super) fn check_document(document: &str) -> Result<(), Refusal> {
    check_text("a document", document, LONGEST_DOCUMENT)
}

/// Whether a page can be called so.
pub(super) fn check_title(title: &str) -> Result<(), Refusal> {
    check_text("a title", title, LONGEST_TITLE)
}

fn check_text(what: &'static str, text: &str, most: usize) -> Result<(), Refusal> {
    if text.contains('\0') {
        return Err(Refusal::Nul { what });
    }
    // Counting is for texts that may be too long: no character has less than a byte.
    let has = if text.len() > most { text.chars().count() } else { 0 };
    if has > most { Err(Refusal::TooLong { what, has, most }) } else { Ok(()) }
}

/// Whether a page to be made is one that can be written.
pub(super) fn check_new(new: &NewPage) -> Result<(), Refusal> {
    check_path(&new.path)?;
    check_title(&new.title)?;
    if new.brief.sources.is_empty() {
        return Err(Refusal::NoSources("its brief names none".to_owned()));
    }
    Ok(())
}

/// What must hold before a page is published, besides its claims (which the store knows).
pub(super) fn check_publish(page: &Page, gate: i64) -> Result<(), Refusal> {
    if page.revision == 0 {
        return Err(Refusal::NoText);
    }
    if page.state == PageState::Archived {
        return Err(Refusal::state(page.state, PageState::Published));
    }
    match page.health {
        _ if gate == 0 || !page.is_gated() => Ok(()),
        None => Err(Refusal::NotJudged),
        Some(health) if health < gate => Err(Refusal::BelowGate { health, gate }),
        Some(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_is_too_long_or_holds_nul_is_refused() {
        assert!(check_document(&"ß".repeat(LONGEST_DOCUMENT)).is_ok());
        assert!(matches!(
            check_document(&"a".repeat(1_000_001)),
            Err(Refusal::TooLong { has: 1_000_001, .. })
        ));
        assert!(matches!(check_document("a\0b"), Err(Refusal::Nul { .. })));
        assert!(check_title(&"é".repeat(300)).is_ok() && check_title(&"é".repeat(301)).is_err());
    }

    #[test]
    fn a_path_that_leaves_the_content_folder_is_refused() {
        for path in
            ["../a.md", "a/../b.md", "/a.md", "a//b.md", "a\\b.md", "a.txt", ".md", "a/.md", "a\n.md", ""]
        {
            assert!(check_path(path).is_err(), "{path:?}");
        }
        for path in ["a.md", "a/b.md", "a/_index.md", "a/b.de.md"] {
            assert!(check_path(path).is_ok(), "{path:?}");
        }
    }
}
