//! What programs call.

mod bodies;
mod bulk;
mod clients;
mod cors;
mod document;
mod events;
mod jobs;
mod keys;
mod limits;
mod lists;
mod orgs;
mod owners;
mod plan;
mod problems;
mod proxies;
mod quotas;
mod redirects;
mod repeats;
pub mod rig;
mod search;
mod sessions;
mod shelf;
mod story;
mod tenancy;
mod together;
mod transfer;
mod webhooks;
