//! What programs call.

mod bodies;
mod clients;
mod document;
mod events;
mod jobs;
mod keys;
mod limits;
mod lists;
mod problems;
mod redirects;
mod repeats;
pub mod rig;
mod search;
mod shelf;
mod story;
mod tenancy;
mod together;
