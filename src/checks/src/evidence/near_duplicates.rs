//! Near-duplicates within the site: shingles of five words, Jaccard of at least 0.9, exactly.

use std::collections::hash_map::{DefaultHasher, HashMap};
use std::hash::{Hash as _, Hasher as _};

use unicode_segmentation::UnicodeSegmentation as _;

const WORDS: usize = 5;
/// The threshold is 9/10, kept as a fraction so that the border is exact.
const NUMERATOR: usize = 9;
const DENOMINATOR: usize = 10;

/// For each text the first other one that is nearly the same.
///
/// Exact, and not quadratic for honest sites: of two sets with a Jaccard of 0.9 or more, the smallest tenth of each
/// (in the order of the hashes) must have a member in common, so only texts that share one are compared.
pub(crate) fn twins(texts: &[String]) -> Vec<Option<usize>> {
    let sets: Vec<Vec<u64>> = texts.iter().map(|text| shingles(text)).collect();
    let mut by_shingle: HashMap<u64, Vec<usize>> = HashMap::new();
    for (at, set) in sets.iter().enumerate() {
        for shingle in prefix(set) {
            by_shingle.entry(*shingle).or_default().push(at);
        }
    }
    let twin = |(at, set): (usize, &Vec<u64>)| {
        let mut others: Vec<usize> =
            prefix(set).iter().filter_map(|shingle| by_shingle.get(shingle)).flatten().copied().collect();
        others.sort_unstable();
        others.dedup();
        others.into_iter().find(|other| *other != at && alike(set, &sets[*other]))
    };
    sets.iter().enumerate().map(twin).collect()
}

fn prefix(set: &[u64]) -> &[u64] {
    let length = set.len() - set.len() * NUMERATOR / DENOMINATOR + 1;
    &set[..length.min(set.len())]
}

/// Sorted hashes of all runs of five words; a shorter text is one shingle.
fn shingles(text: &str) -> Vec<u64> {
    let folded = text.to_lowercase();
    let words: Vec<&str> = folded.unicode_words().collect();
    let hash = |words: &[&str]| {
        // Its keys are fixed: the same texts give the same report.
        let mut hasher = DefaultHasher::new();
        words.hash(&mut hasher);
        hasher.finish()
    };
    let mut set: Vec<u64> = match words.len() {
        0 => Vec::new(),
        1..=WORDS => vec![hash(&words)],
        _ => words.windows(WORDS).map(hash).collect(),
    };
    set.sort_unstable();
    set.dedup();
    set
}

fn alike(a: &[u64], b: &[u64]) -> bool {
    let (mut left, mut right, mut common) = (0, 0, 0);
    while let (Some(one), Some(other)) = (a.get(left), b.get(right)) {
        match one.cmp(other) {
            std::cmp::Ordering::Less => left += 1,
            std::cmp::Ordering::Greater => right += 1,
            std::cmp::Ordering::Equal => {
                common += 1;
                left += 1;
                right += 1;
            }
        }
    }
    let union = a.len() + b.len() - common;
    union > 0 && common * DENOMINATOR >= union * NUMERATOR
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbered(from: usize, to: usize) -> String {
        (from..to).map(|at| format!("w{at}")).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_jaccard_of_nine_tenths_is_a_twin_and_less_is_not() {
        // 94 words have 90 shingles; ten more words at the end add ten: 90 of 100.
        let at = [numbered(0, 94), numbered(0, 104)];
        assert_eq!(twins(&at), [Some(1), Some(0)]);
        let below = [numbered(0, 94), numbered(0, 105)];
        assert_eq!(twins(&below), [None, None]);
        let above = [numbered(0, 94), numbered(0, 103)];
        assert_eq!(twins(&above), [Some(1), Some(0)]);
    }

    #[test]
    fn case_and_punctuation_make_no_difference_and_empty_texts_are_no_twins() {
        assert_eq!(twins(&["One, two: three!".into(), "one two three".into()]), [Some(1), Some(0)]);
        assert_eq!(twins(&[String::new(), String::new()]), [None, None]);
    }

    #[test]
    fn the_shortcut_finds_what_comparing_all_with_all_finds() {
        let texts: Vec<String> = (0..60).map(|at| numbered(at % 7 * 5, 90 + at * 37 % 200)).collect();
        let sets: Vec<_> = texts.iter().map(|text| shingles(text)).collect();
        let slow: Vec<Option<usize>> = (0..texts.len())
            .map(|at| (0..texts.len()).find(|other| *other != at && alike(&sets[at], &sets[*other])))
            .collect();
        assert!(slow.iter().any(Option::is_some) && slow.iter().any(Option::is_none));
        assert_eq!(twins(&texts), slow);
    }
}
