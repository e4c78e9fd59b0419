//! What `press` promises, seen from outside.

mod bad_input;
mod golden;
mod incremental;
mod links;
mod memory;
mod pages;
