//! The one integration binary: stories about the whole, by face or room.

mod crawl;
mod llm;
mod queue;
