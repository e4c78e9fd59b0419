//! Can a passage be lifted out of it.

pub(crate) mod alt_text;
pub(crate) mod answer_first;
pub(crate) mod description;
pub(crate) mod lists_and_tables;
pub(crate) mod one_h1;
pub(crate) mod outline;
pub(crate) mod paragraphs;
pub(crate) mod title;
