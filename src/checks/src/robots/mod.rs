//! robots.txt (RFC 9309) and the agents it speaks to.
//!
//! Own code, because the crate at hand (texting_robots 0.2) does not decode `%7E` before comparing, does not know a
//! product token with a version, and cannot say which line decided, which is what a finding has to show.

pub mod agents;

mod file;
mod pattern;

pub use file::{Decision, Robots};
