//! Stories in a real browser: headless Chromium, spoken to over the Chrome DevTools Protocol.
//!
//! What a page did wrong (console errors, exceptions, failed requests) and every address it asked for are
//! collected from the first byte on; `demo_site` is the story that a newcomer lives through.

mod cdp;
mod demo_site;
mod harness;
mod keys;
mod page;
mod process;
mod small_server;
mod watch;

pub use page::Page;
pub use process::Browser;

use std::time::Duration;

/// How long a page may take for one step. Generous: the test machine may be compiling beside it.
const PATIENCE: Duration = Duration::from_secs(30);
