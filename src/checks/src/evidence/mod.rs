//! Does it say checkable things.

pub(crate) mod claims_supported;
pub(crate) mod figures;
pub(crate) mod near_duplicates;
pub(crate) mod outside_citations;
pub(crate) mod quotes;
pub(crate) mod stuffing;
pub(crate) mod substance;
