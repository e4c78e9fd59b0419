//! Redirects as lines of a text: `/from /to [301|308]`. Pure.

use serde::Serialize;

use crate::console::refused::sentence;
use crate::sites::{NewRedirect, RedirectFault};

/// Lines that are taken at once.
pub(super) const MOST: usize = 1_000;

/// A line that says something.
#[derive(Debug)]
pub(super) struct Line<'a> {
    /// Its number in the text, from 1.
    number: usize,
    words: Vec<&'a str>,
}

/// What is wrong with a line.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(super) struct Wrong {
    line: usize,
    what: String,
}

/// The lines of a text, without the empty ones.
pub(super) fn lines(text: &str) -> Vec<Line<'_>> {
    let lines = text.lines().enumerate();
    let lines = lines.map(|(at, line)| Line { number: at + 1, words: line.split_whitespace().collect() });
    lines.filter(|line| !line.words.is_empty()).collect()
}

impl Line<'_> {
    /// What the line says. One that is not in the form leads nowhere, which the room refuses: so its faults and those of the
    /// form come together.
    pub(super) fn redirect(&self) -> NewRedirect {
        let word = |at: usize| self.words.get(at).copied().unwrap_or_default().to_owned();
        match self.fault() {
            None => NewRedirect { from: word(0), to: word(1), status: self.status().unwrap_or(301) },
            Some(_) => NewRedirect { from: word(0), to: String::new(), status: 301 },
        }
    }

    fn status(&self) -> Option<u16> {
        self.words.get(2).map_or(Some(301), |word| word.parse().ok())
    }

    fn fault(&self) -> Option<String> {
        let fault = match self.words.len() {
            1 => "it says where from and not where to: write /old/page /new/page",
            2 => return None,
            3 if self.status().is_some() => return None,
            3 => "the third word is no status: use 301, or 308 for clients that repeat a method",
            _ => "it has more than a path, a target and a status: write a space in an address as %20",
        };
        Some(sentence(fault))
    }
}

/// Every fault with its line: those of the form, and what the room said of the others by their place among the lines.
pub(super) fn faults(lines: &[Line<'_>], told: &[(usize, RedirectFault)]) -> Vec<Wrong> {
    let of_form = lines.iter().filter_map(|line| Some(Wrong { line: line.number, what: line.fault()? }));
    let of_room = told.iter().filter_map(|(at, fault)| {
        let line = lines.get(*at).filter(|line| line.fault().is_none())?;
        Some(Wrong { line: line.number, what: sentence(&fault.to_string()) })
    });
    let mut faults: Vec<Wrong> = of_form.chain(of_room).collect();
    faults.sort_by_key(|fault| fault.line);
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_a_path_a_target_and_perhaps_a_status() {
        let read: Vec<(String, String, u16)> = lines("/a /b\n\n  /c\thttps://x.example/d  308\r\n")
            .iter()
            .map(Line::redirect)
            .map(|new| (new.from, new.to, new.status))
            .collect();
        let expected = [("/a", "/b", 301), ("/c", "https://x.example/d", 308)];
        assert_eq!(read, expected.map(|(from, to, status)| (from.to_owned(), to.to_owned(), status)));
    }

    #[test]
    fn faults_of_form_and_room_come_in_the_order_of_the_text() {
        let lines = lines("/a /b\n/alone\n\n/c /d soon\n/e /f 302\n/g /h 301 x");
        let told = [(0, RedirectFault::Taken("/a".into())), (1, RedirectFault::To(String::new()))];
        let faults = faults(&lines, &told);
        let numbers: Vec<usize> = faults.iter().map(|fault| fault.line).collect();
        assert_eq!(numbers, [1, 2, 4, 6], "what has another number than 301 and 308 is the room's to refuse");
        assert!(faults[0].what.starts_with("/a is redirected already"), "{faults:?}");
        assert!(
            faults[1].what.contains("not where to") && faults[2].what.contains("no status"),
            "{faults:?}"
        );
    }
}
