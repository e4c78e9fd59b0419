//! Everything in one archive, and an installation from it.

mod again;
mod full_disk;
mod holds;
mod load;
mod lost;
mod place;
mod planned;
mod refused;
mod whole;
