//! An entry of a section: a subsection or a page, in the section's order.

use super::card::Card;
use super::parted::Named;
use crate::front_matter::SortBy;
use std::sync::Arc;

/// The place of an entry among its siblings. Sections come before pages.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct EntryKey {
    pub is_page: bool,
    pub weight: i64,
    /// By what the section sorts besides weight.
    pub by: Arc<str>,
    pub node: Arc<str>,
}

impl Named for EntryKey {
    fn name(&self) -> &Arc<str> {
        &self.node
    }
}

/// What stands at an entry. A section's own data lies in the map of sections, because it can change without this.
#[derive(Debug, Clone)]
pub(crate) enum Entry {
    Section,
    Page(Arc<Card>),
}

impl EntryKey {
    /// The key of a page in a section that sorts so.
    pub(crate) fn page(card: &Card, sort_by: SortBy) -> EntryKey {
        let (weight, by) = match sort_by {
            SortBy::Weight => (card.weight, "".into()),
            SortBy::Date => (0, newest_first(card.date.as_deref())),
            SortBy::Title => (0, card.title.to_lowercase().into()),
        };
        EntryKey { is_page: true, weight, by, node: card.node.clone() }
    }

    /// The key of a subsection: by weight, then by name, whatever its parent sorts its pages by.
    pub(crate) fn section(node: &Arc<str>, weight: i64) -> EntryKey {
        EntryKey { is_page: false, weight, by: "".into(), node: node.clone() }
    }

    /// Before all subsections.
    pub(crate) fn first_section() -> EntryKey {
        EntryKey { is_page: false, weight: i64::MIN, by: "".into(), node: "".into() }
    }

    /// Between subsections and pages.
    pub(crate) fn first_page() -> EntryKey {
        EntryKey { is_page: true, ..EntryKey::first_section() }
    }
}

/// A text that sorts later dates first; undated pages come last.
fn newest_first(date: Option<&str>) -> Arc<str> {
    let turn = |c: char| {
        c.to_digit(10).map_or(c, |digit| char::from(b'9' - u8::try_from(digit).unwrap_or_default()))
    };
    match date {
        // A moment of a day comes before the bare day: the padding sorts behind every turned digit.
        Some(date) => format!("{:~<20}", date.chars().map(turn).collect::<String>()).into(),
        None => "~~".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::newest_first;

    #[test]
    fn later_dates_sort_first() {
        let order =
            [Some("2026-11-21T10:00:00Z"), Some("2026-11-21"), Some("2026-11-20"), Some("1999-01-01"), None];
        let keys: Vec<_> = order.iter().map(|date| newest_first(*date)).collect();
        assert!(keys.is_sorted(), "{keys:?}");
    }
}
