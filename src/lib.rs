//! Citepress: a host for knowledge sites that answer engines cite. One line per room; ARCHITECTURE.md walks through them.

pub mod app;
pub mod base;
pub mod config;
pub mod marks;
pub mod telemetry;
pub mod tenancy;

// Infrastructure: knows no product words.
pub mod archive;
pub mod browser;
pub mod cache;
pub mod cdn;
pub mod crawl;
pub mod db;
pub mod dns;
pub mod idempotency;
pub mod keys;
pub mod limits;
pub mod llm;
pub mod mail;
pub mod oidc;
pub mod queue;
pub mod storage;

// Rooms of the product.
pub mod accounts;
pub mod backups;
pub mod departures;
pub mod events;
pub mod flags;
pub mod pages;
pub mod publishing;
pub mod sites;
pub mod themes;
pub mod webhooks;

// Faces: turn the outside world into calls on rooms, and back.
pub mod api;
pub mod cli;
pub mod console;
pub mod host;
pub mod worker;
