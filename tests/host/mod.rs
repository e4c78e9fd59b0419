//! Published sites as readers, bots and proxies meet them: over a socket.

mod both_ways;
mod files;
mod flips;
mod hosts;
mod large;
mod previews;
mod slow;
pub mod wire;
