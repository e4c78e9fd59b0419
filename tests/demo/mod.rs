//! What `citepress demo` starts from, kept honest.

mod plan;
mod sources;
mod written;
