//! Where sentences begin and end.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use super::statement::{Marks, overlap};

/// The sentences of a stretch of inline Markdown, as ranges of the whole text.
pub(super) fn sentences(markdown: &str, range: Range<usize>, marks: &Marks) -> Vec<Range<usize>> {
    let found = sentence_ranges(&masked(markdown, range.clone(), marks));
    found.into_iter().map(|sentence| range.start + sentence.start..range.start + sentence.end).collect()
}

/// The stretch with everything masked that holds full stops which end no sentence. Same length, byte for byte.
fn masked(markdown: &str, range: Range<usize>, marks: &Marks) -> String {
    let mut bytes = markdown.as_bytes()[range.clone()].to_vec();
    for mark in marks.code.iter().chain(&marks.links).chain(&marks.unfit).filter(|mark| overlap(mark, &range))
    {
        let from = mark.start.saturating_sub(range.start);
        let to = mark.end.min(range.end) - range.start;
        bytes[from..to].iter_mut().filter(|byte| byte.is_ascii()).for_each(|byte| *byte = b'x');
    }
    for at in 1..bytes.len() {
        // To the segmenter a star after a full stop begins the next sentence; a bracket ends this one.
        if matches!(bytes[at], b'*' | b'_') && matches!(bytes[at - 1], b'.' | b'!' | b'?' | b')') {
            bytes[at] = b')';
        }
        if bytes[at] == b'\n' {
            bytes[at] = b' ';
        }
    }
    String::from_utf8(bytes).unwrap_or_default()
}

/// UAX #29, and what it can't know: abbreviations.
fn sentence_ranges(text: &str) -> Vec<Range<usize>> {
    let mut ranges: Vec<Range<usize>> = Vec::new();
    for (start, sentence) in text.split_sentence_bound_indices() {
        let end = start + sentence.len();
        match ranges.last_mut() {
            Some(last) if ends_in_abbreviation(&text[last.clone()]) => last.end = end,
            _ => ranges.push(start..end),
        }
    }
    ranges
        .into_iter()
        .map(|range| {
            let sentence = &text[range.clone()];
            let start = range.start + (sentence.len() - sentence.trim_start().len());
            start..start + sentence.trim().len()
        })
        .filter(|range| !range.is_empty())
        .collect()
}

const ABBREVIATIONS: &[&str] = &[
    "e.g.", "i.e.", "cf.", "vs.", "dr.", "mr.", "mrs.", "ms.", "prof.", "st.", "fig.", "no.", "nos.", "vol.",
    "pp.", "p.", "ed.", "eds.", "approx.", "ca.", "al.", "sec.", "ch.", "eq.", "inc.", "ltd.", "jr.", "sr.",
    "u.s.", "u.k.", "z.b.", "bzw.", "d.h.", "vgl.", "ca.", "nr.",
];

fn ends_in_abbreviation(sentence: &str) -> bool {
    let last = sentence.split_whitespace().last().unwrap_or_default();
    let last = last.trim_start_matches(['(', '[', '"', '“', '*', '_']);
    let initial =
        last.len() == 2 && last.starts_with(|c: char| c.is_ascii_uppercase()) && last.ends_with('.');
    // "I" ends sentences; other single capitals are initials.
    (initial && last != "I.") || ABBREVIATIONS.contains(&last.to_lowercase().as_str())
}
