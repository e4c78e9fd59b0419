//! Names and domains, with a name server of the tests' own.

mod resolver;
pub mod server;
