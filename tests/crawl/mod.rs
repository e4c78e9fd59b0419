//! Fetching, walking and reading pages, over real sockets.

mod book;
