//! A real Caddy with the repository's Caddyfile in front.

pub mod caddy;
mod http3;
mod nodes;
mod sites;
