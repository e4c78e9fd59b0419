//! Whole stories on real input.

mod own_audit;
mod rust_book;
