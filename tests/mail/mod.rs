//! Mail by SMTP, to a small server that takes it.

mod program;
mod sending;
mod server;
