//! Several processes that share a Redis server, and what they do while it is away.

mod counting;
mod doctor;
mod faults;
mod hearing;
mod looking;
mod pair;
pub mod server;
