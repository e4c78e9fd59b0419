//! Published sites as readers, bots and proxies meet them: over a socket.

mod files;
mod hosts;
mod previews;
