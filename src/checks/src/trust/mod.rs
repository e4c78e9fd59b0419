//! Who says so, and when.

pub(crate) mod author;
pub(crate) mod consistent_facts;
pub(crate) mod dates;
pub(crate) mod entity;
pub(crate) mod no_tricks;
pub(crate) mod transparency;
