//! How much published sites are read: answers by class of status, and bytes. Counted on the way of every plain request, so
//! each thread has a line of memory of its own and nobody waits for anybody; whoever wants to know adds up.

use std::cell::Cell;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

/// Lines; threads beyond that share some.
const LINES: usize = 16;
/// 2xx, 3xx, 4xx, 5xx.
const CLASSES: usize = 4;

/// The counts of one process.
#[derive(Default)]
pub(super) struct Traffic([Line; LINES]);

/// As large as what processors hand each other at once.
#[derive(Default)]
#[repr(align(128))]
struct Line {
    answers: [AtomicU64; CLASSES],
    bytes: AtomicU64,
}

/// What was answered up to now.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Answered {
    /// Answers, with the class of their status.
    pub answers: [(&'static str, u64); CLASSES],
    /// Their bytes.
    pub bytes: u64,
}

static NEXT: AtomicUsize = AtomicUsize::new(0);

thread_local! {
    static LINE: Cell<usize> = Cell::new(NEXT.fetch_add(1, Ordering::Relaxed) % LINES);
}

impl Traffic {
    /// An answer with this status and so many bytes.
    pub(super) fn count(&self, status: u16, bytes: u64) {
        let line = &self.0[LINE.get()];
        let class = usize::from(status / 100).saturating_sub(2).min(CLASSES - 1);
        line.answers[class].fetch_add(1, Ordering::Relaxed);
        line.bytes.fetch_add(bytes, Ordering::Relaxed);
    }

    pub(super) fn answered(&self) -> Answered {
        let sum = |of: &dyn Fn(&Line) -> &AtomicU64| {
            self.0.iter().map(|line| of(line).load(Ordering::Relaxed)).sum()
        };
        let classes = ["2xx", "3xx", "4xx", "5xx"];
        let answers = std::array::from_fn(|class| (classes[class], sum(&|line| &line.answers[class])));
        Answered { answers, bytes: sum(&|line| &line.bytes) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_all_threads_have_answered_is_added_up() {
        let traffic = Traffic::default();
        std::thread::scope(|scope| {
            for _ in 0..LINES + 3 {
                scope.spawn(|| [200, 304, 404, 503, 200].map(|status| traffic.count(status, 10)));
            }
        });
        let threads = (LINES + 3) as u64;
        let Answered { answers, bytes } = traffic.answered();
        assert_eq!(answers.map(|(_, count)| count), [2 * threads, threads, threads, threads]);
        assert_eq!(bytes, 50 * threads);
    }
}
