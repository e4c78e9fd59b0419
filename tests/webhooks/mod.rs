//! What is told to whom, and how often it is tried.

mod crashes;
mod endpoints;
mod failing;
mod guard;
pub mod receiver;
mod retries;
mod rig;
mod rotation;
mod sharing;
mod telling;
