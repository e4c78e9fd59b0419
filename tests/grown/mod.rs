//! An installation as a company runs it: web nodes and workers behind Caddy, on PostgreSQL, Redis and a bucket, all of them real
//! and all of them on this machine, while readers read and editors write.

mod clocks;
pub mod company;
mod kills;
mod load;
mod outage;
mod replica;
mod rolling;
