//! Citepress: a host for knowledge sites that answer engines cite. One line per room; ARCHITECTURE.md walks through them.

pub mod base;
pub mod tenancy;

pub mod config;

// Infrastructure: knows no product words.
pub mod db;
pub mod storage;

// Rooms of the product.
pub mod accounts;
pub mod events;
pub mod sites;
