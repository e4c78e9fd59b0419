//! Signing in by a provider, and calling with its tokens, against a small provider on this machine.

pub mod provider;
mod sign_in;
mod tokens;
