//! The tables, a file per family.

mod compiled;
mod data;
mod documents;
mod scripting;

use super::language::Language;

fn all() -> impl Iterator<Item = &'static Language> {
    let families = [compiled::LANGUAGES, scripting::LANGUAGES, data::LANGUAGES, documents::LANGUAGES];
    families.into_iter().flatten()
}

/// Finds a language by any of its names.
pub(super) fn find(name: &str) -> Option<&'static Language> {
    let lower = name.to_ascii_lowercase();
    all().find(|language| language.names.contains(&lower.as_str()))
}

#[cfg(test)]
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    all().flat_map(|language| language.names.iter().copied())
}

#[cfg(test)]
mod tests {
    use super::names;

    #[test]
    fn word_lists_are_sorted_and_names_are_unique() {
        for language in super::all() {
            for words in [language.keywords, language.types, language.constants] {
                assert!(words.is_sorted(), "{:?}", language.names);
            }
        }
        let mut all: Vec<&str> = names().collect();
        all.sort_unstable();
        let count = all.len();
        all.dedup();
        assert_eq!(all.len(), count);
    }
}
