//! The bar that shows how far a build is.

use std::io::IsTerminal;

use indicatif::{ProgressBar, ProgressStyle};

use crate::cli::Start;

/// A bar on a terminal, nothing elsewhere: logs keep to the line of the result.
pub(super) fn bar(start: &Start) -> ProgressBar {
    if start.quiet || start.json || !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(0);
    if let Ok(style) = ProgressStyle::with_template("{msg:<12} {bar:40} {pos}/{len} pages {elapsed}") {
        bar.set_style(style);
    }
    bar
}
