//! What differs between two texts, and both in one. Comparing line by line takes time that grows with the square of what
//! differs, so there is an end to it: beyond, the whole stretch between the first and the last difference is the difference.

use std::sync::Arc;

use diffy::{Line, Patch as Found};
use serde::Serialize;
use tokio::sync::Semaphore;

use super::{PageError, Pages};

/// The most lines, of both texts together, between the first and the last difference: a tenth of a second's work.
const LINES: usize = 10_000;
/// How many texts are worked through at once in this process.
const DESKS: usize = 2;

pub(super) fn desks() -> Arc<Semaphore> {
    Arc::new(Semaphore::new(DESKS))
}

/// A unified difference.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Patch {
    /// Empty where nothing differs.
    pub text: String,
    /// Whether the texts were too different to be compared line by line.
    pub is_coarse: bool,
}

/// Lines of a text that go together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// `same`, `out`, `in`, or `gap` for lines that are left out.
    pub what: &'static str,
    /// The lines.
    pub text: String,
}

/// From one text to the next, with three lines around each change.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Changes {
    /// In the order of the text.
    pub lines: Vec<Change>,
    /// Whether the texts were too different to be compared line by line.
    pub is_coarse: bool,
}

/// Two texts that come from one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merged {
    /// Both in one; where they touch the same lines, both stand there between marks.
    pub document: String,
    /// Whether there are such marks to be cleared by hand.
    pub in_conflict: bool,
    /// Whether the texts were too different to be merged line by line: both stand there whole.
    pub is_coarse: bool,
}

impl Pages {
    /// The unified difference of two texts.
    ///
    /// # Errors
    /// [`PageError::Stopped`].
    pub async fn patch(&self, before: String, after: String) -> Result<Patch, PageError> {
        self.at_length(move || patch(&before, &after)).await
    }

    /// The difference of two texts, to be shown.
    ///
    /// # Errors
    /// [`PageError::Stopped`].
    pub async fn changes(&self, before: String, after: String) -> Result<Changes, PageError> {
        self.at_length(move || changes(&before, &after)).await
    }

    /// Merges two texts, line by line, from the one that both come from.
    ///
    /// # Errors
    /// [`PageError::Stopped`].
    pub async fn merge(&self, base: String, ours: String, theirs: String) -> Result<Merged, PageError> {
        self.at_length(move || merge(&base, &ours, &theirs)).await
    }

    /// Works through texts on a thread that nobody else waits for, a few texts at once.
    pub(super) async fn at_length<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, PageError> {
        let stopped = |error: &dyn std::fmt::Display| PageError::Stopped(error.to_string());
        let desk = Arc::clone(&self.desks).acquire_owned().await.map_err(|error| stopped(&error))?;
        // The desk goes along: it is free when the work is done, also when nobody waits for it any more.
        let done = tokio::task::spawn_blocking(move || {
            let done = work();
            drop(desk);
            done
        });
        done.await.map_err(|error| stopped(&error))
    }
}

/// Two texts without the lines with which both begin and end.
struct Between<'t> {
    /// How many lines come before.
    at: usize,
    before: Vec<&'t str>,
    after: Vec<&'t str>,
}

impl<'t> Between<'t> {
    fn of(before: &'t str, after: &'t str) -> Between<'t> {
        let mut before: Vec<&str> = before.split_inclusive('\n').collect();
        let mut after: Vec<&str> = after.split_inclusive('\n').collect();
        let at = before.iter().zip(&after).take_while(|(one, other)| one == other).count();
        before.drain(..at);
        after.drain(..at);
        let tail =
            before.iter().rev().zip(after.iter().rev()).take_while(|(one, other)| one == other).count();
        before.truncate(before.len() - tail);
        after.truncate(after.len() - tail);
        Between { at, before, after }
    }

    fn is_too_much(&self) -> bool {
        self.before.len() + self.after.len() > LINES
    }

    /// The difference as one hunk.
    fn hunk(&self) -> String {
        let place = |lines: &[&str]| format!("{},{}", self.at + usize::from(!lines.is_empty()), lines.len());
        let mut text =
            format!("--- original\n+++ modified\n@@ -{} +{} @@\n", place(&self.before), place(&self.after));
        for (sign, lines) in [('-', &self.before), ('+', &self.after)] {
            for line in lines {
                text.push(sign);
                text.push_str(line);
                if !line.ends_with('\n') {
                    text.push_str("\n\\ No newline at end of file\n");
                }
            }
        }
        text
    }
}

fn patch(before: &str, after: &str) -> Patch {
    if before == after {
        return Patch::default();
    }
    let between = Between::of(before, after);
    match between.is_too_much() {
        true => Patch { text: between.hunk(), is_coarse: true },
        false => Patch { text: diffy::create_patch(before, after).to_string(), is_coarse: false },
    }
}

fn changes(before: &str, after: &str) -> Changes {
    let between = Between::of(before, after);
    if !between.is_too_much() {
        return Changes { lines: lines(&diffy::create_patch(before, after)), is_coarse: false };
    }
    let whole =
        |what, lines: &[&str]| Change { what, text: lines.concat().trim_end_matches('\n').to_owned() };
    let lines = [whole("out", &between.before), whole("in", &between.after)];
    Changes { lines: lines.into_iter().filter(|change| !change.text.is_empty()).collect(), is_coarse: true }
}

fn lines(patch: &Found<'_, str>) -> Vec<Change> {
    let mut lines = Vec::new();
    for hunk in patch.hunks() {
        if !lines.is_empty() {
            lines.push(Change { what: "gap", text: "⋯".to_owned() });
        }
        lines.extend(hunk.lines().iter().map(|line| {
            let (what, text) = match line {
                Line::Context(text) => ("same", text),
                Line::Delete(text) => ("out", text),
                Line::Insert(text) => ("in", text),
            };
            Change { what, text: text.trim_end_matches('\n').to_owned() }
        }));
    }
    lines
}

fn merge(base: &str, ours: &str, theirs: &str) -> Merged {
    if [ours, theirs].iter().any(|text| Between::of(base, text).is_too_much()) {
        let ended = |text: &str| if text.ends_with('\n') { "" } else { "\n" };
        let document =
            format!("<<<<<<< ours\n{ours}{}=======\n{theirs}{}>>>>>>> theirs\n", ended(ours), ended(theirs));
        return Merged { document, in_conflict: true, is_coarse: true };
    }
    let (document, in_conflict) = match diffy::merge(base, ours, theirs) {
        Ok(document) => (document, false),
        Err(document) => (document, true),
    };
    Merged { document, in_conflict, is_coarse: false }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(before: &str, after: &str) -> Vec<(&'static str, String)> {
        changes(before, after).lines.into_iter().map(|change| (change.what, change.text)).collect()
    }

    fn numbered(word: &str, lines: usize) -> String {
        (0..lines).map(|line| format!("{word} {line}\n")).collect()
    }

    #[test]
    fn a_change_is_told_line_by_line() {
        let expected = [("same", "a"), ("out", "b"), ("in", "B"), ("same", "c")];
        assert_eq!(told("a\nb\nc\n", "a\nB\nc\n"), expected.map(|(what, text)| (what, text.to_owned())));
        assert!(told("a\n", "a\n").is_empty());
    }

    #[test]
    fn a_small_change_of_a_very_long_text_is_told_line_by_line() {
        let before = numbered("line", 100_000);
        let after = before.replace("line 50000\n", "another\n");
        assert!(!changes(&before, &after).is_coarse);
        assert!(patch(&before, &after).text.contains("-line 50000\n+another\n"));
    }

    #[test]
    fn long_texts_that_share_nothing_are_told_apart_at_once_and_as_a_whole() {
        let (before, after) = (numbered("old", 70_000), numbered("new", 70_000));
        let told = changes(&format!("same\n{before}"), &format!("same\n{after}"));
        assert!(told.is_coarse);
        assert_eq!(told.lines.iter().map(|change| change.what).collect::<Vec<_>>(), ["out", "in"]);
        let merged = merge("", &before, &after);
        assert!(merged.is_coarse && merged.in_conflict);
        assert!(merged.document.contains(&before) && merged.document.contains(&after));
    }

    #[test]
    fn a_coarse_difference_is_still_a_patch_that_can_be_applied() {
        let before = format!("same\n{}", numbered("old", 6_000));
        for after in [
            format!("same\n{}without an end", numbered("new", 6_000)),
            format!("same\n{}", numbered("new", 12_000)),
        ] {
            for (before, after) in [(&before, &after), (&after, &before)] {
                let patch = patch(before, after);
                assert!(patch.is_coarse);
                let read = diffy::Patch::from_str(&patch.text).unwrap();
                assert_eq!(diffy::apply(before, &read).unwrap(), *after);
            }
        }
    }
}
