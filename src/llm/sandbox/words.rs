//! Words that carry meaning, and how much each of them weighs.

use std::collections::HashMap;

use unicode_segmentation::UnicodeSegmentation;

/// English words that say nothing about the subject. In other languages their frequency alone tells.
const EMPTY: &[&str] = &[
    "the", "and", "for", "are", "but", "not", "you", "your", "all", "any", "can", "her", "was", "one", "our",
    "out", "has", "have", "had", "him", "his", "how", "its", "may", "new", "now", "see", "two", "who", "did",
    "get", "let", "this", "that", "with", "from", "they", "them", "then", "than", "there", "their", "these",
    "those", "what", "when", "where", "which", "while", "will", "would", "could", "should", "about", "into",
    "more", "most", "some", "such", "only", "other", "also", "been", "being", "because", "each", "just",
    "like", "make", "many", "much", "need", "over", "same", "very", "want", "well", "were", "does", "doing",
    "don", "isn", "we", "is", "it", "in", "on", "of", "to", "as", "at", "be", "by", "do", "if", "or", "so",
    "an", "up", "us", "no", "my", "me", "he", "am", "here", "use", "using", "used",
];

/// The words of a text, folded to lower case and without plural s.
pub(super) fn words(text: &str) -> Vec<String> {
    text.unicode_words()
        .map(str::to_lowercase)
        .filter(|word| word.chars().count() > 1 && !EMPTY.contains(&word.as_str()))
        .map(|word| match word.strip_suffix('s') {
            Some(stem) if stem.len() > 3 && !stem.ends_with('s') => stem.to_owned(),
            _ => word,
        })
        .collect()
}

/// How much words weigh: those that return throughout the sources but not in every sentence tell most about them.
pub(super) struct Weights {
    weight: HashMap<String, f64>,
    topic: Vec<String>,
}

/// A word of the topic counts this many times more.
const ASKED: f64 = 3.0;

impl Weights {
    /// From all sentences, and what was asked for.
    pub(super) fn new<'a>(sentences: impl Iterator<Item = &'a [String]>, topic: &str) -> Weights {
        let (mut count, mut within, mut all) =
            (HashMap::<&str, f64>::new(), HashMap::<&str, f64>::new(), 0.0);
        for sentence in sentences {
            all += 1.0;
            for (index, word) in sentence.iter().enumerate() {
                *count.entry(word).or_default() += 1.0;
                if !sentence[..index].contains(word) {
                    *within.entry(word).or_default() += 1.0;
                }
            }
        }
        let topic = words(topic);
        let weight = count.into_iter().map(|(word, count)| {
            let spread = within.get(word).copied().unwrap_or(1.0);
            let asked = if topic.iter().any(|known| known == word) { ASKED } else { 1.0 };
            (word.to_owned(), asked * (1.0 + count).ln() * (1.0 + f64::max(all, 1.0) / spread).ln())
        });
        Weights { weight: weight.collect(), topic }
    }

    /// How much a sentence says about the sources' subject, whatever its length.
    pub(super) fn of(&self, sentence: &[String]) -> f64 {
        let mut sum = 0.0;
        for (index, word) in sentence.iter().enumerate() {
            if !sentence[..index].contains(word) {
                sum += self.weight.get(word).copied().unwrap_or_default();
            }
        }
        sum / (sentence.len() as f64 + 4.0).powf(0.7)
    }

    /// Which share of the topic's words are among these.
    pub(super) fn asked(&self, words: &[String]) -> f64 {
        let hits = self.topic.iter().filter(|word| words.contains(word)).count();
        hits as f64 / f64::max(self.topic.len() as f64, 1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_the_topic_weigh_more() {
        let sentences =
            [words("Ownership governs memory."), words("Threads run code."), words("Ownership has rules.")];
        let weights = Weights::new(sentences.iter().map(Vec::as_slice), "What is ownership?");
        assert!(weights.of(&sentences[0]) > weights.of(&sentences[1]));
        assert!(weights.asked(&words("the owner of ownership")) > 0.9);
        assert_eq!(weights.asked(&words("threads")), 0.0);
    }

    #[test]
    fn words_are_folded() {
        assert_eq!(words("The Values of `String`, and a class"), ["value", "string", "class"]);
    }
}
