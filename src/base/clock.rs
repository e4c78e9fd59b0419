//! Time as a parameter, so that a test decides what "now" is.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use jiff::Timestamp;

/// Where the current time comes from. Cheap to clone; clones of a fixed clock move together.
#[derive(Clone, Debug)]
pub struct Clock(Source);

#[derive(Clone, Debug)]
enum Source {
    System,
    Fixed(Arc<AtomicI64>),
}

impl Clock {
    /// The machine's clock.
    pub fn system() -> Clock {
        Clock(Source::System)
    }

    /// A clock that stands still at `start` until [`Clock::advance`] moves it.
    pub fn fixed(start: Timestamp) -> Clock {
        Clock(Source::Fixed(Arc::new(AtomicI64::new(start.as_millisecond()))))
    }

    /// Milliseconds since the epoch, UTC: the form in which the database keeps time.
    #[expect(clippy::disallowed_methods, reason = "the one place where ambient time enters")]
    pub fn millis(&self) -> i64 {
        match &self.0 {
            Source::System => Timestamp::now().as_millisecond(),
            Source::Fixed(at) => at.load(Ordering::SeqCst),
        }
    }

    /// The current time, to the millisecond, so that it survives a round trip through the database.
    pub fn now(&self) -> Timestamp {
        timestamp(self.millis())
    }

    /// Moves a fixed clock on. The system clock goes its own way.
    pub fn advance(&self, by: Duration) {
        if let Source::Fixed(at) = &self.0 {
            at.fetch_add(i64::try_from(by.as_millis()).unwrap_or(i64::MAX), Ordering::SeqCst);
        }
    }
}

/// Reads a time as the database keeps it. Values outside jiff's range (year 9999) become its bounds.
pub fn timestamp(millis: i64) -> Timestamp {
    Timestamp::from_millisecond(millis).unwrap_or(if millis < 0 { Timestamp::MIN } else { Timestamp::MAX })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fixed_clock_moves_only_when_told() {
        let clock = Clock::fixed(timestamp(1_000));
        let twin = clock.clone();
        assert_eq!(clock.millis(), 1_000);
        clock.advance(Duration::from_millis(250));
        assert_eq!(twin.millis(), 1_250);
    }
}
