//! The one integration binary: stories about the whole, by face or room.

mod cli;
mod crawl;
mod layers;
mod llm;
mod queue;
