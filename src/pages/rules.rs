//! Decisions without any I/O.

use super::error::Refusal;
use super::model::{NewPage, Page, PageState};

const LONGEST_PATH: usize = 300;

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

/// Whether a page to be made is one that can be written.
pub(super) fn check_new(new: &NewPage) -> Result<(), Refusal> {
    check_path(&new.path)?;
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
