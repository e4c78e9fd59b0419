//! Names and domains, with a name server of the tests' own.

mod domains;
mod resolver;
pub mod server;
