//! Claims as many jobs as there are free slots, never more, and starts them.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::outlook::Outlook;
use super::{Shared, run};
use crate::queue::QueueError;
use crate::queue::context::Held;
use crate::queue::lane::{Lane, Limits, Turns};
use crate::queue::store::{self, Claimed, Pick};

/// Organisations whose last turn is remembered.
const REMEMBERED: u64 = 10_000;
/// The wait after the database has failed.
const AFTER_TROUBLE: Duration = Duration::from_millis(500);

pub(super) async fn run(shared: Arc<Shared>) {
    let slots = Arc::new(Semaphore::new(shared.config.slots.max(1) as usize));
    let mut work = shared.queue.signals().work();
    let mut closing = shared.closing.subscribe();
    let mut turns = Turns::default();
    let mut outlook = Outlook::default();
    let mut runs = JoinSet::new();
    loop {
        let permit = tokio::select! {
            biased;
            _ = closing.wait_for(|closing| *closing) => break,
            permit = slots.clone().acquire_owned() => permit,
        };
        // Only the dispatcher takes permits, and the semaphore is never closed.
        let Ok(permit) = permit else { break };
        drop(permit);
        while runs.try_join_next().is_some() {}
        // What is queued from here on wakes the next round.
        work.borrow_and_update();
        let free = u32::try_from(slots.available_permits()).unwrap_or(u32::MAX);
        let wait = match shared.ask(claim(&shared, &mut turns, &mut outlook, free)).await {
            Ok(Round { claimed, wait, began }) => {
                let any = !claimed.is_empty();
                for job in claimed {
                    let permit = slots.clone().try_acquire_owned().ok();
                    start(&shared, &mut runs, job, began, permit);
                }
                if any {
                    continue;
                }
                wait
            }
            Err(error) => {
                shared.note_trouble("claiming jobs", &error);
                AFTER_TROUBLE
            }
        };
        tokio::select! {
            _ = work.changed() => {}
            () = tokio::time::sleep(wait) => {}
            _ = closing.wait_for(|closing| *closing) => break,
        }
    }
    while runs.join_next().await.is_some() {}
}

/// What one look at the queue has brought.
struct Round {
    claimed: Vec<Claimed>,
    /// How long to wait if nothing was claimed and nobody calls.
    wait: Duration,
    /// Before the claim: from here the leases count.
    began: Instant,
}

async fn claim(
    shared: &Shared,
    turns: &mut Turns,
    outlook: &mut Outlook,
    free: u32,
) -> Result<Round, QueueError> {
    if outlook.is_good() {
        let began = Instant::now();
        let claimed = take(shared, turns, outlook, free).await?;
        if !claimed.is_empty() {
            return Ok(Round { claimed, wait: Duration::ZERO, began });
        }
    }
    outlook.look(shared).await?;
    let began = Instant::now();
    let claimed = take(shared, turns, outlook, free).await?;
    Ok(Round { claimed, wait: outlook.until_due, began })
}

/// Shares the free slots out among what waits, and claims the jobs.
async fn take(
    shared: &Shared,
    turns: &mut Turns,
    outlook: &mut Outlook,
    free: u32,
) -> Result<Vec<Claimed>, QueueError> {
    if outlook.waiting.iter().all(|waiting| waiting.ready == 0) {
        return Ok(Vec::new());
    }
    let db = shared.queue.db();
    store::running(db.system(), turns).await?;
    let limits = |kind: &str| match shared.kinds.get(kind) {
        Some(known) => Limits { all: known.policy.concurrency, per_org: known.policy.per_org },
        None => Limits::default(),
    };
    let shares = turns.share(free, &mut outlook.waiting, limits);
    forget_old_turns(turns);
    let pick = |(lane, jobs): (Lane, u32)| {
        let policy = &shared.kinds.get(lane.kind.as_str())?.policy;
        Some(Pick { lane, jobs, lease: policy.lease, limit: policy.concurrency })
    };
    let picks: Vec<Pick> = shares.into_iter().filter_map(pick).collect();
    // No transaction for nothing: everything that waits is of kinds at their limit.
    if picks.is_empty() { Ok(Vec::new()) } else { store::claim(db, shared.owner, picks).await }
}

fn forget_old_turns(turns: &mut Turns) {
    if turns.served.len() as u64 > REMEMBERED {
        let oldest = turns.count.saturating_sub(REMEMBERED / 2);
        turns.served.retain(|_, turn| *turn > oldest);
    }
}

fn start(
    shared: &Arc<Shared>,
    runs: &mut JoinSet<()>,
    job: Claimed,
    began: Instant,
    permit: Option<tokio::sync::OwnedSemaphorePermit>,
) {
    // Claims are made of known kinds only.
    let Some(handler) = shared.kinds.get(job.lane.kind.as_str()).cloned() else { return };
    let deadline = Instant::now() + handler.policy.timeout;
    let held = Held::new(job, deadline, began + handler.policy.lease, shared.news.clone());
    let held = Arc::new(held);
    shared.lock_held().insert(held.claimed.id, held.clone());
    let shared = shared.clone();
    runs.spawn(async move {
        run::run(&shared, &handler, &held).await;
        drop(permit);
        // A free slot, and perhaps a free place of a kind that is limited.
        shared.queue.signals().wake();
    });
}
