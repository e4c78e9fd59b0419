//! Editions: immutable builds of a site, and which one is live.

pub mod manifest;
