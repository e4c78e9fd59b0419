//! How the end of an attempt is settled. Pure.

use std::time::Duration;

use crate::queue::Policy;
use crate::queue::context::Stop;
use crate::queue::handlers::Outcome;
use crate::queue::store::{Claimed, Settlement};

/// How an attempt ended.
#[derive(Debug)]
pub(super) enum Ended {
    Answered(Outcome),
    /// The payload could not be read.
    Unreadable(String),
    Panicked(String),
    /// Ended by the worker.
    Stopped(Stop),
    /// Told to end, but a thread of it runs on.
    Stuck(Stop),
}

/// A job's attempts up to now. Its row counts all of them, because the number fences off owners of the past; each that does not
/// count has raised the limit instead.
struct Attempts {
    /// This one among them.
    counted: u32,
    /// Those that were put off or handed back.
    uncounted: u32,
}

impl Attempts {
    fn of(job: &Claimed, policy: &Policy) -> Attempts {
        // The policy may have been another when the job was made: at least this one counts.
        let uncounted = job.attempt_limit.saturating_sub(policy.attempts).min(job.attempt.saturating_sub(1));
        Attempts { counted: job.attempt - uncounted, uncounted }
    }
}

/// None: the row is left to whoever finds its lease run out.
pub(super) fn verdict(ended: Ended, job: &Claimed, policy: &Policy, fraction: f64) -> Option<Settlement> {
    let Attempts { counted, uncounted } = Attempts::of(job, policy);
    let backoff = policy.backoff.after(counted, fraction);
    let again = |wait: Duration, cause: String| {
        if job.attempt < job.attempt_limit {
            Settlement::Again(wait, cause)
        } else {
            Settlement::Failed(cause)
        }
    };
    let seconds = policy.timeout.as_secs_f64();
    Some(match ended {
        Ended::Answered(Outcome::Done) => Settlement::Done,
        Ended::Answered(Outcome::Retry(cause)) => again(backoff, cause),
        Ended::Answered(Outcome::RetryIn(wait, cause)) => again(wait, cause),
        Ended::Answered(Outcome::NotNow(wait, cause)) => Settlement::PutOff(wait, cause),
        Ended::Answered(Outcome::NotYet(wait, cause)) => {
            Settlement::PutOff(wait.after(uncounted.saturating_add(1), fraction), cause)
        }
        Ended::Answered(Outcome::Fail(cause)) => Settlement::Failed(cause),
        Ended::Answered(Outcome::Cancelled) | Ended::Stopped(Stop::Cancelled) => Settlement::Cancelled,
        Ended::Answered(Outcome::Gone) => Settlement::Gone,
        Ended::Unreadable(error) => Settlement::Failed(format!("its payload can't be read: {error}")),
        Ended::Panicked(said) => again(backoff, format!("panicked: {said}")),
        Ended::Stopped(Stop::TimedOut) => again(backoff, format!("took longer than {seconds} s")),
        Ended::Stopped(Stop::Lost) => {
            again(Duration::ZERO, "the database was away for longer than its lease".to_owned())
        }
        Ended::Stopped(Stop::Draining) | Ended::Stuck(Stop::Draining) => Settlement::Handed,
        Ended::Stuck(Stop::Lost) => return None,
        // Begun again, it would run twice at once.
        Ended::Stuck(Stop::TimedOut | Stop::Cancelled) => Settlement::Failed(format!(
            "did not end when told to, after {seconds} s at most: a thread of it runs on"
        )),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{Clock, Ids};
    use crate::queue::{Backoff, Lane};

    fn job(attempt: u32) -> Claimed {
        let ids = Ids::seeded(Clock::system(), "verdict");
        let lane = Lane { kind: "a.b".into(), org: None, priority: 0, version: 1 };
        let (id, owner) = (ids.new_id(), ids.new_id());
        Claimed { id, owner, lane, attempt, attempt_limit: 3, payload: String::new(), cost_micros: 0 }
    }

    fn settled(ended: Ended, attempt: u32) -> Option<Settlement> {
        verdict(ended, &job(attempt), &Policy::default(), 1.0)
    }

    #[test]
    fn a_panic_is_tried_again_until_the_last_attempt_and_says_what_it_said() {
        let Some(Settlement::Again(wait, cause)) = settled(Ended::Panicked("no".into()), 2) else { panic!() };
        assert_eq!((wait, cause.as_str()), (Duration::from_secs(10), "panicked: no"));
        assert!(matches!(settled(Ended::Panicked("no".into()), 3), Some(Settlement::Failed(_))));
    }

    #[test]
    fn a_wait_that_the_handler_asks_for_is_kept() {
        let asked = Outcome::RetryIn(Duration::from_secs(77), "429".into());
        let again = Settlement::Again(Duration::from_secs(77), "429".into());
        assert_eq!(settled(Ended::Answered(asked), 1), Some(again));
    }

    #[test]
    fn what_may_not_be_done_now_is_put_off_even_at_the_last_attempt() {
        let asked = Outcome::NotNow(Duration::from_secs(15), "switched off".into());
        let put_off = Settlement::PutOff(Duration::from_secs(15), "switched off".into());
        assert_eq!(settled(Ended::Answered(asked), 3), Some(put_off));
    }

    #[test]
    fn what_is_put_off_for_longer_waits_longer_and_that_counts_for_no_failure() {
        let policy = Policy { attempts: 3, ..Policy::default() };
        let settled = |outcome: Outcome, attempt, uncounted| {
            let job = Claimed { attempt_limit: 3 + uncounted, ..job(attempt) };
            match verdict(Ended::Answered(outcome), &job, &policy, 1.0) {
                Some(Settlement::PutOff(wait, _) | Settlement::Again(wait, _)) => wait.as_secs(),
                other => panic!("{other:?}"),
            }
        };
        let backoff = Backoff { base: Duration::from_secs(5), max: Duration::from_secs(60) };
        let put_off = |before: u32| settled(Outcome::NotYet(backoff, "off".into()), before + 1, before);
        assert_eq!([0, 1, 2, 3, 4, 4_000].map(put_off), [5, 10, 20, 40, 60, 60]);
        let failed =
            |failures: u32, put_off: u32| settled(Outcome::Retry("no".into()), failures + put_off, put_off);
        for put_offs in [0, 1, 4_000] {
            assert_eq!([failed(1, put_offs), failed(2, put_offs)], [5, 10], "after {put_offs}");
        }
    }

    #[test]
    fn a_draining_worker_hands_back_even_the_last_attempt() {
        assert_eq!(settled(Ended::Stopped(Stop::Draining), 3), Some(Settlement::Handed));
    }

    #[test]
    fn what_can_not_be_stopped_is_never_begun_again_beside_itself() {
        assert!(matches!(settled(Ended::Stuck(Stop::TimedOut), 1), Some(Settlement::Failed(_))));
        assert_eq!(settled(Ended::Stuck(Stop::Lost), 1), None);
    }
}
