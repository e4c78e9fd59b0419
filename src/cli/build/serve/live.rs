//! What open pages are told: that there is a new build, or what is wrong.

use std::time::Duration;

use futures_util::{Stream, stream};
use poem::Body;
use press::Fault;
use tokio::sync::watch;

use crate::cli::build::report::{FaultJson, Outcome};

/// The script that listens in the page. It is part of the dev server's answers only, never of the files.
pub(super) const SCRIPT: &str = include_str!("live.js");

/// Proxies and browsers drop connections on which nothing comes for long.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// The state of the build, for all open pages.
pub(super) struct Live {
    state: watch::Sender<State>,
}

/// Builds are counted, so that a page knows whether it is older than the files.
#[derive(Debug, Clone, Default)]
struct State {
    build: u64,
    faults: String,
}

impl Live {
    pub(super) fn new(outcome: &Result<Outcome, Vec<Fault>>) -> Live {
        let live = Live { state: watch::Sender::new(State::default()) };
        live.tell(outcome);
        live
    }

    /// Tells open pages how a build went.
    pub(super) fn tell(&self, outcome: &Result<Outcome, Vec<Fault>>) {
        self.state.send_modify(|state| match outcome {
            Ok(done) => {
                let changed = done.files.written + done.files.removed > 0;
                state.build += u64::from(changed);
                state.faults.clear();
            }
            Err(faults) => {
                let faults: Vec<FaultJson<'_>> = faults.iter().map(FaultJson::from).collect();
                state.faults = serde_json::to_string(&faults).unwrap_or_default();
            }
        });
    }

    /// The line that goes into each page.
    pub(super) fn tag(&self) -> String {
        let build = self.state.borrow().build;
        format!("<script src=\"/_citepress/live.js\" data-build=\"{build}\" defer></script>")
    }

    /// The news as server-sent events: the state now and each later one.
    pub(super) fn events(&self) -> Body {
        Body::from_bytes_stream(events(self.state.subscribe()))
    }
}

fn events(receiver: watch::Receiver<State>) -> impl Stream<Item = std::io::Result<String>> + Send + 'static {
    stream::unfold((receiver, true), |(mut receiver, first)| async move {
        if !first {
            match tokio::time::timeout(KEEP_ALIVE, receiver.changed()).await {
                Ok(Ok(())) => {}
                Ok(Err(_)) => return None,
                Err(_) => return Some((Ok(": still here\n\n".to_owned()), (receiver, false))),
            }
        }
        let state = receiver.borrow_and_update().clone();
        // JSON has no line breaks of its own, so one data line holds it.
        let event = match state.faults.as_str() {
            "" => format!("event: build\ndata: {}\n\n", state.build),
            faults => format!("event: faults\ndata: {faults}\n\n"),
        };
        Some((Ok(event), (receiver, false)))
    })
}
