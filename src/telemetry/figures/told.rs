//! The fields of an event, as far as figures are made of them.

use std::fmt::Debug;

use tracing::field::{Field, Visit};

#[derive(Default)]
pub(super) struct Told {
    words: Vec<(&'static str, String)>,
    numbers: Vec<(&'static str, f64)>,
}

impl Told {
    /// A word; empty where there is none.
    pub(super) fn word(&self, name: &str) -> String {
        let found = self.words.iter().find(|(known, _)| *known == name);
        found.map(|(_, word)| word.clone()).unwrap_or_default()
    }

    /// A number; 0 where there is none.
    pub(super) fn number(&self, name: &str) -> f64 {
        let found = self.numbers.iter().find(|(known, _)| *known == name);
        found.map(|(_, number)| *number).unwrap_or_default()
    }
}

impl Visit for Told {
    fn record_f64(&mut self, field: &Field, value: f64) {
        self.numbers.push((field.name(), value));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.numbers.push((field.name(), value as f64));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.words.push((field.name(), value.to_owned()));
    }

    fn record_debug(&mut self, _: &Field, _: &dyn Debug) {}
}
