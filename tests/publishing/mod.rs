//! From approved pages to what readers get.

mod editions;
mod full_disk;
mod kill;
pub mod rig;
