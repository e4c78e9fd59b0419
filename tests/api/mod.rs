//! What programs call.

mod bodies;
mod clients;
mod cors;
mod document;
mod events;
mod keys;
mod limits;
mod lists;
mod problems;
mod proxies;
mod quotas;
mod repeats;
pub mod rig;
mod sessions;
mod story;
mod tenancy;
mod together;
mod webhooks;
