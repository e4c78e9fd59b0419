//! What programs call.

mod bodies;
mod clients;
mod document;
mod events;
mod keys;
mod limits;
mod lists;
mod problems;
mod redirects;
mod repeats;
pub mod rig;
mod story;
mod tenancy;
mod together;
