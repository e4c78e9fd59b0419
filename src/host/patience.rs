//! How long a client may take.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::time::{Instant, Sleep};

/// A client that sends no whole request head, or takes nothing of an answer, for so long is left.
pub const PATIENCE: Duration = Duration::from_secs(10);

/// An alarm that goes off when nothing has happened for [`PATIENCE`]. Putting it off costs a look at the clock: the timer
/// itself is moved only when it fires.
#[derive(Debug)]
pub struct Alarm {
    due: Instant,
    sleep: Pin<Box<Sleep>>,
}

impl Alarm {
    /// An alarm that is due after [`PATIENCE`].
    pub fn set() -> Alarm {
        let due = Instant::now() + PATIENCE;
        Alarm { due, sleep: Box::pin(tokio::time::sleep_until(due)) }
    }

    /// Something has happened.
    pub fn put_off(&mut self) {
        self.due = Instant::now() + PATIENCE;
    }

    /// Ready once it is due; wakes the task then.
    pub fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        loop {
            ready!(self.sleep.as_mut().poll(cx));
            if self.sleep.deadline() >= self.due {
                return Poll::Ready(());
            }
            self.sleep.as_mut().reset(self.due);
        }
    }
}
