//! Kinds of jobs for the tests. Leases are short, so that a lost worker is noticed within a test's patience, and long enough
//! that a live one on a busy machine is not taken for lost.

use std::time::Duration;

use citepress::queue::{Backoff, Context, Handlers, Job, Outcome, Policy};
use serde::{Deserialize, Serialize};

use super::journal::Journal;

/// The lease of kinds that are to be lost.
const SOON_LOST: Duration = Duration::from_secs(1);

/// A wait that nobody misses who looks again and again.
const SEEN: Backoff = Backoff { base: Duration::from_secs(4), max: Duration::from_secs(4) };

/// What all test kinds have in common.
fn brisk() -> Policy {
    let backoff = Backoff { base: Duration::from_millis(50), max: Duration::from_millis(200) };
    Policy { attempts: 5, backoff, lease: Duration::from_secs(5), ..Policy::default() }
}

macro_rules! kind {
    ($(#[$doc:meta])* $type:ident { $($field:ident: $of:ty),* }, $name:literal, $policy:expr) => {
        $(#[$doc])*
        #[derive(Serialize, Deserialize)]
        pub struct $type { $(pub $field: $of),* }

        impl Job for $type {
            const NAME: &'static str = $name;

            fn policy() -> Policy {
                $policy
            }
        }
    };
}

kind!(/// Takes `millis` and then has its effect.
    Work { name: String, millis: u64 }, "test.work", Policy { attempts: 50, ..brisk() });
kind!(/// Like `Work`, with the lease that jobs usually have.
    Patient { name: String, millis: u64 }, "test.patient", Policy { lease: Duration::from_secs(30), ..brisk() });
kind!(/// Like `Work`, and soon lost when its worker can't keep it.
    Fragile { name: String, millis: u64 }, "test.fragile", Policy { lease: SOON_LOST, ..brisk() });
kind!(/// Kills the process that runs it.
    Poison {}, "test.poison", Policy { attempts: 2, lease: SOON_LOST, ..brisk() });
kind!(/// Panics, `times` times.
    Panics { times: u32 }, "test.panics", Policy { attempts: 2, ..brisk() });
kind!(/// Sleeps longer than it may, in its first attempt; then it waits long enough to be seen waiting.
    Oversleeps {}, "test.oversleeps", Policy { timeout: Duration::from_secs(2), backoff: SEEN, ..brisk() });
kind!(/// Fails until its attempt number `good`.
    Flaky { good: u32 }, "test.flaky", Policy { attempts: 3, ..brisk() });
kind!(/// Answers what a rate-limited service would make it answer, once.
    Limited { millis: u64 }, "test.limited", brisk());
kind!(/// Works until it is called off.
    Endless { deaf: bool }, "test.endless", brisk());
kind!(/// Blocks a thread for longer than it may take, deaf to everything.
    Blocks { millis: u64 }, "test.blocks", Policy { timeout: Duration::from_millis(100), ..brisk() });
kind!(/// One at a time.
    Single { name: String }, "test.single", Policy { concurrency: Some(1), ..brisk() });
kind!(/// Reports often and costs something.
    Chatty {}, "test.chatty", brisk());
kind!(/// What the clock asks for.
    Clockwork { tick: String }, "test.clockwork", brisk());
kind!(/// Of a kind that only some workers take.
    Aside {}, "test.aside", Policy { queue: "aside", ..brisk() });

/// Handlers of all kinds above.
pub fn handlers(journal: &Journal) -> Handlers {
    let handlers = Handlers::new()
        .on(with(journal, |job: Work, _, journal| work(job.name, job.millis, journal)))
        .on(with(journal, |job: Patient, _, journal| work(job.name, job.millis, journal)))
        .on(with(journal, |job: Fragile, _, journal| work(job.name, job.millis, journal)))
        .on(with(journal, |_: Poison, context: Context, journal: Journal| async move {
            journal.write("poison", &context.attempt().to_string());
            std::process::abort()
        }))
        .on(with(journal, |job: Panics, context: Context, _| async move {
            assert!(context.attempt() > job.times, "attempt {} was not to be", context.attempt());
            Outcome::Done
        }))
        .on(with(journal, |_: Oversleeps, context: Context, journal| async move {
            let millis = if context.attempt() == 1 { 60_000 } else { 1 };
            work("oversleeps".to_owned(), millis, journal).await
        }));
    more(handlers, journal)
}

fn more(handlers: Handlers, journal: &Journal) -> Handlers {
    handlers
        .on(with(journal, |job: Flaky, context: Context, journal: Journal| async move {
            journal.write("try", &context.attempt().to_string());
            let good = context.attempt() >= job.good;
            if good { Outcome::Done } else { Outcome::Retry("not yet".to_owned()) }
        }))
        .on(with(journal, |job: Limited, context: Context, _| async move {
            let wait = Duration::from_millis(job.millis);
            if context.attempt() == 1 { Outcome::RetryIn(wait, "429".to_owned()) } else { Outcome::Done }
        }))
        .on(with(journal, |job: Endless, context: Context, journal: Journal| async move {
            journal.write("begin", "endless");
            if job.deaf {
                return std::future::pending().await;
            }
            context.cancelled().await;
            journal.write("wound-up", "endless");
            Outcome::Cancelled
        }))
        .on(with(journal, |job: Blocks, context: Context, journal: Journal| async move {
            journal.write("begin", "blocks");
            let done = context.blocking(move |_| {
                std::thread::sleep(Duration::from_millis(job.millis));
                journal.write("effect", "blocks");
            });
            done.await.map_or_else(|error| Outcome::Fail(error.to_string()), |()| Outcome::Done)
        }))
        .on(with(journal, |job: Single, _, journal: Journal| async move {
            journal.write("enter", &job.name);
            tokio::time::sleep(Duration::from_millis(20)).await;
            journal.write("leave", &job.name);
            Outcome::Done
        }))
        .on(with(journal, |_: Chatty, context: Context, _| async move {
            for step in 1..=300 {
                context.progress(step, 300, "talking");
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
            context.cost(1_500);
            if context.attempt() < 3 { Outcome::Retry("once more".to_owned()) } else { Outcome::Done }
        }))
        .on(with(journal, |job: Clockwork, _, journal: Journal| async move {
            journal.write("effect", &job.tick);
            Outcome::Done
        }))
        .on(with(journal, |_: Aside, _, _| async { Outcome::Done }))
}

async fn work(name: String, millis: u64, journal: Journal) -> Outcome {
    journal.write("begin", &name);
    tokio::time::sleep(Duration::from_millis(millis)).await;
    journal.write("effect", &name);
    Outcome::Done
}

/// Hands each call its own copy of the journal.
fn with<J, A>(
    journal: &Journal,
    handler: impl Fn(J, Context, Journal) -> A + Send + Sync + 'static,
) -> impl Fn(J, Context) -> A + Send + Sync + 'static {
    let journal = journal.clone();
    move |job, context| handler(job, context, journal.clone())
}
