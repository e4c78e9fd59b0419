//! Function words: what a text in a language is held together by, and says nothing by itself.

use std::collections::HashSet;
use std::sync::LazyLock;

/// Languages with a list, by their subtag.
static LISTS: &[(&str, &str)] = &[
    ("en", include_str!("function_words/en.txt")),
    ("de", include_str!("function_words/de.txt")),
    ("fr", include_str!("function_words/fr.txt")),
    ("es", include_str!("function_words/es.txt")),
    ("it", include_str!("function_words/it.txt")),
    ("pt", include_str!("function_words/pt.txt")),
    ("nl", include_str!("function_words/nl.txt")),
];

static ALL: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| LISTS.iter().flat_map(|(_, list)| list.split_whitespace()).collect());

/// Whether the word (lower case) is a function word in any language with a list.
pub(crate) fn is_function_word(word: &str) -> bool {
    ALL.contains(word)
}

/// The function words of a language, `None` for one without a list.
pub(crate) fn function_words(language: &str) -> Option<HashSet<&'static str>> {
    let (_, list) = LISTS.iter().find(|(known, _)| *known == language)?;
    Some(list.split_whitespace().collect())
}

/// The language whose function words hold the text together, when they are at least a fifth of it.
pub(crate) fn guess(words: &[&str]) -> Option<&'static str> {
    let total = words.len();
    let share = |list: &str| {
        let list: HashSet<&str> = list.split_whitespace().collect();
        words.iter().filter(|word| list.contains(**word)).count()
    };
    let (best, hits) =
        LISTS.iter().map(|(language, list)| (*language, share(list))).max_by_key(|(_, hits)| *hits)?;
    (hits * 5 >= total && hits > 0).then_some(best)
}
