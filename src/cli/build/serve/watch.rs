//! Watching the folders that a site is made from. Events only say that something happened; what changed is found by
//! comparing stamps, because editors save in too many ways (in place, by rename, by delete and create) to believe them.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::Duration;

use indicatif::ProgressBar;
use notify::{EventKind, RecommendedWatcher, RecursiveMode, Watcher};
use tokio::task::JoinHandle;

use super::live::Live;
use crate::cli::CliError;
use crate::cli::build::report;
use crate::cli::build::session::Session;

/// Saving comes in bursts: a build begins when this long nothing more has come.
const QUIET: Duration = Duration::from_millis(40);

/// The thread that builds when something changes.
pub(super) struct Watch {
    thread: JoinHandle<()>,
    stop: mpsc::Sender<News>,
}

enum News {
    Changed,
    Stop,
}

impl Watch {
    /// Begins to watch.
    ///
    /// # Errors
    /// If the system gives no more watches.
    pub(super) fn begin(session: Session, live: Arc<Live>, quiet: bool) -> Result<Watch, CliError> {
        let (stop, news) = mpsc::channel();
        let sender = stop.clone();
        let watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
            // Reading the files is an event too.
            if !matches!(event, Ok(notify::Event { kind: EventKind::Access(_), .. })) {
                let _ = sender.send(News::Changed);
            }
        })?;
        let mut builder = Builder { session, live, quiet, watcher, watched: BTreeSet::new() };
        builder.watch().map_err(|error| {
            format!("cannot watch the site's folder ({error}): raise the system's limit of watches, or build without --serve")
        })?;
        let thread = tokio::task::spawn_blocking(move || builder.run(&news));
        Ok(Watch { thread, stop })
    }

    /// Ends it, after the build that may be running.
    pub(super) async fn end(self) {
        let _ = self.stop.send(News::Stop);
        let _ = self.thread.await;
    }
}

struct Builder {
    session: Session,
    live: Arc<Live>,
    quiet: bool,
    watcher: RecommendedWatcher,
    watched: BTreeSet<PathBuf>,
}

impl Builder {
    fn run(mut self, news: &Receiver<News>) {
        while matches!(news.recv(), Ok(News::Changed)) {
            loop {
                match news.recv_timeout(QUIET) {
                    Ok(News::Changed) => {}
                    Err(RecvTimeoutError::Timeout) => break,
                    Ok(News::Stop) | Err(RecvTimeoutError::Disconnected) => return,
                }
            }
            let outcome = self.session.build(&ProgressBar::hidden());
            for warning in outcome.iter().flat_map(|done| &done.warnings) {
                let _ = writeln!(std::io::stderr(), "warning: {warning}");
            }
            match &outcome {
                Ok(done) if done.files.written + done.files.removed > 0 && !self.quiet => {
                    // Whoever started this may have closed its output since: no reason to end.
                    let _ = writeln!(std::io::stdout(), "{}", report::line(self.session.out(), done));
                }
                Ok(_) => {}
                Err(faults) => {
                    let _ = writeln!(std::io::stderr(), "{}", report::lines(faults));
                }
            }
            self.live.tell(&outcome);
            if let Err(error) = self.watch() {
                let _ = writeln!(std::io::stderr(), "error: cannot watch a new folder: {error}");
            }
        }
    }

    /// Watches what is not watched yet: folders may come later, and the theme may be another one.
    fn watch(&mut self) -> notify::Result<()> {
        for (path, mode) in self.session.watched() {
            if path.exists() && !self.watched.contains(&path) {
                self.watcher.watch(&path, mode)?;
                self.watched.insert(path);
            }
        }
        // A folder that went away and comes back has to be watched anew.
        self.watched.retain(|path| path.exists());
        Ok(())
    }
}

impl Session {
    /// The folder itself is watched without its subfolders, or the output inside it would be watched too.
    fn watched(&self) -> Vec<(PathBuf, RecursiveMode)> {
        let mut watched = vec![(self.site().to_owned(), RecursiveMode::NonRecursive)];
        watched.extend(self.inputs().into_iter().map(|path| (path, RecursiveMode::Recursive)));
        watched
    }
}
