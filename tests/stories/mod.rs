//! Whole stories on real input.

mod rust_book;
