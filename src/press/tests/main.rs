//! What `press` promises, seen from outside.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod bad_input;
mod golden;
mod incremental;
mod links;
mod lists;
mod memory;
mod own_templates;
mod pages;
mod pictures;
mod settings;
