//! The one integration binary: stories about the whole, by face or room.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a story is over at its first surprise; helpers outside #[test] functions are tests as well"
)]

mod api;
mod backup;
mod browser;
mod cdn;
mod cli;
mod console;
mod crawl;
mod database;
mod demo;
mod departures;
mod deploy;
mod dns;
mod flags;
mod grown;
mod host;
mod layers;
mod llm;
mod mail;
mod oidc;
mod ops;
mod product;
mod proxy;
mod publishing;
mod python;
mod queue;
mod redis;
mod registry;
mod storage;
mod stories;
mod webhooks;
