//! Ids of headings and the table of contents.

use crate::slug;
use std::collections::HashMap;
use std::sync::Arc;

/// One heading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Heading {
    pub level: u8,
    pub id: Arc<str>,
    pub text: Arc<str>,
}

/// Gives each heading of a page an id of its own: `usage`, `usage-1`, …
#[derive(Default)]
pub(crate) struct HeadingIds {
    used: HashMap<String, u32>,
}

impl HeadingIds {
    /// The id for a heading; an id the author wrote (`{#id}`) is taken as it is, if it is safe and free.
    pub(crate) fn id(&mut self, text: &str, explicit: Option<&str>) -> String {
        let wanted = explicit.map_or_else(|| slug::heading_id(text), slug::heading_id);
        let wanted = if wanted.is_empty() { "section".to_owned() } else { wanted };
        if !self.used.contains_key(&wanted) {
            self.used.insert(wanted.clone(), 0);
            return wanted;
        }
        // The counter is kept per wanted id: 10,000 headings of the same text must not look for a gap each time.
        let mut count = self.used.get(&wanted).copied().unwrap_or_default();
        loop {
            count += 1;
            let candidate = format!("{wanted}-{count}");
            if !self.used.contains_key(&candidate) {
                self.used.insert(candidate.clone(), 0);
                self.used.insert(wanted, count);
                return candidate;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_headings_get_different_ids() {
        let mut ids = HeadingIds::default();
        let given: Vec<String> =
            ["Usage", "Usage", "Usage 1", "Usage", "?!"].iter().map(|t| ids.id(t, None)).collect();
        assert_eq!(given, ["usage", "usage-1", "usage-1-1", "usage-2", "section"]);
        assert_eq!(ids.id("Anything", Some("my-id")), "my-id");
    }
}
