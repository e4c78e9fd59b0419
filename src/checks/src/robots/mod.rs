//! robots.txt and the agents it speaks to.

pub mod agents;
