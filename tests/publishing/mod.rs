//! From approved pages to what readers get.

mod bad_input;
mod editions;
mod edits;
mod full_disk;
mod kill;
pub mod rig;
mod sweeps;
mod trees;
