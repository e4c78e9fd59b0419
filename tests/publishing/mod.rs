//! From approved pages to what readers get.

mod editions;
mod kill;
pub mod rig;
