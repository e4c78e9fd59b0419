//! A real Caddy with the repository's Caddyfile in front.

mod caddy;
mod sites;
