//! Do machines read the same as people.

pub(crate) mod jsonld_complete;
pub(crate) mod jsonld_parses;
pub(crate) mod jsonld_site;
pub(crate) mod jsonld_visible;
