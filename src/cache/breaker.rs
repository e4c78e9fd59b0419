//! Whether the server is asked. It is, while it answers in time; the first question that it does not answer so ends that
//! for everybody, until a look has shown that it is back.

use std::sync::{Mutex, MutexGuard, PoisonError};

use super::Standing;

/// Holds a connection while the server is here.
pub(super) struct Breaker<C>(Mutex<State<C>>);

struct State<C> {
    open: Option<(u64, C)>,
    /// Connections made so far: whoever has failed on an earlier one says nothing of the present one.
    made: u64,
    losses: u64,
    /// Whether it was said that the server is away.
    said: bool,
}

impl<C: Clone> Breaker<C> {
    pub(super) fn new() -> Breaker<C> {
        Breaker(Mutex::new(State { open: None, made: 0, losses: 0, said: false }))
    }

    /// The connection and its number; `None` while nobody is to ask.
    pub(super) fn open(&self) -> Option<(u64, C)> {
        self.lock().open.clone()
    }

    /// The server is here. Returns whether it was said that it is not.
    pub(super) fn back(&self, connection: C) -> bool {
        let mut state = self.lock();
        state.made += 1;
        state.open = Some((state.made, connection));
        std::mem::take(&mut state.said)
    }

    /// The connection with this number has failed. Returns whether it was the present one, so that one of many who have
    /// failed on it says so.
    pub(super) fn lost(&self, number: u64) -> bool {
        let mut state = self.lock();
        let was_open = state.open.as_ref().is_some_and(|(open, _)| *open == number);
        if was_open {
            state.open = None;
            state.losses += 1;
            state.said = true;
        }
        was_open
    }

    /// It was looked for and is away. Returns whether that was not said yet.
    pub(super) fn still_away(&self) -> bool {
        !std::mem::replace(&mut self.lock().said, true)
    }

    pub(super) fn standing(&self) -> Standing {
        let state = self.lock();
        Standing { is_here: state.open.is_some(), losses: state.losses }
    }

    fn lock(&self) -> MutexGuard<'_, State<C>> {
        // What is held is whole between any two lines.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_of_many_who_fail_says_so_and_one_who_fails_late_breaks_nothing() {
        let breaker = Breaker::new();
        assert!(breaker.open().is_none(), "nobody asks before it was looked for");
        assert!(!breaker.back("first"), "nothing was said: it was there from the start");
        let (number, _) = breaker.open().unwrap();
        assert!(breaker.lost(number) && !breaker.lost(number));
        assert!(breaker.open().is_none());
        assert!(!breaker.still_away(), "that was said when it went");
        assert!(breaker.back("second"), "it was said that it is away, so it is said that it is back");
        assert!(!breaker.lost(number), "of the connection before");
        assert_eq!(breaker.open().unwrap().1, "second");
        assert_eq!(breaker.standing(), Standing { is_here: true, losses: 1 });
    }

    #[test]
    fn a_server_that_was_never_there_is_said_to_be_away_once() {
        let breaker = Breaker::<()>::new();
        assert!(breaker.still_away() && !breaker.still_away());
        assert!(breaker.back(()) && !breaker.back(()));
    }
}
