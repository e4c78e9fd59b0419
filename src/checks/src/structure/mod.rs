//! Can a passage be lifted out of it.

pub(crate) mod description;
pub(crate) mod one_h1;
pub(crate) mod title;
