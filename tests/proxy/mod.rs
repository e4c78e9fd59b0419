//! A real Caddy with the repository's Caddyfile in front.

pub mod caddy;
mod sites;
