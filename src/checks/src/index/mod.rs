//! May it be indexed and quoted.

pub(crate) mod canonical;
pub(crate) mod indexable;
pub(crate) mod language;
pub(crate) mod reachable;
pub(crate) mod sitemap;
pub(crate) mod snippet_allowed;
pub(crate) mod status_and_hops;
