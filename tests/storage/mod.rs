//! Artefacts in a bucket: a real S3 server of the package registry, and a network that fails.

mod bucket;
mod faults;
mod nodes;
mod proxy;
pub mod s3;
