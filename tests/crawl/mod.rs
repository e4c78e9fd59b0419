//! Fetching, walking and reading pages, over real sockets.

pub(crate) mod book;
