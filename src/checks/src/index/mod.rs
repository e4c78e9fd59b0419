//! May it be indexed and quoted.

pub(crate) mod indexable;
