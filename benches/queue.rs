//! The job engine: how soon a job begins, how many small ones end in a second, what waiting costs.
//!
//!     cargo bench --bench queue                                     # SQLite
//!     DATABASE_URL=postgres://… cargo bench --bench queue           # PostgreSQL, in a database of this bench's own
//!
//! One worker. On PostgreSQL, who enqueues stands for another process: it has pools of its own and tells nobody. On SQLite it is
//! the worker's own process, as in an embedded installation.

#![expect(clippy::disallowed_methods, reason = "which database is measured is told by the environment")]

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use citepress::base::{Clock, Ids};
use citepress::db::{Db, DbConfig};
use citepress::queue::{Handlers, Job, NewJob, Outcome, Queue, Worker, WorkerConfig};
use sea_orm::DbBackend;
use serde::{Deserialize, Serialize};
use tokio::sync::Notify;

type Failed = Box<dyn std::error::Error + Send + Sync>;

/// A job that does next to nothing.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Small {}

impl Job for Small {
    const NAME: &'static str = "bench.small";
}

const SINGLE: usize = 200;
const MANY: u64 = 20_000;
/// Jobs of one transaction.
const AT_ONCE: u64 = 100;
const IDLE: Duration = Duration::from_secs(30);

/// What has been done, and who waits for it.
#[derive(Default)]
struct Done {
    count: AtomicU64,
    news: Notify,
}

impl Done {
    async fn until(&self, count: u64) {
        while self.count.load(Ordering::Relaxed) < count {
            self.news.notified().await;
        }
    }
}

fn main() -> Result<(), Failed> {
    let _ = rustls::crypto::ring::default_provider().install_default();
    tokio::runtime::Runtime::new()?.block_on(run())
}

async fn open(folder: &std::path::Path) -> Result<(Db, Queue), Failed> {
    let url = std::env::var("DATABASE_URL").unwrap_or_default();
    let db = Db::open(&DbConfig { url, data: folder.to_owned(), ..DbConfig::default() }).await?;
    db.migrate().await?;
    Ok((db.clone(), Queue::new(db, Ids::system(Clock::system()))))
}

async fn enqueue((db, queue): &(Db, Queue), count: u64) -> Result<(), Failed> {
    let mut tx = db.write_system().await?;
    for _ in 0..count {
        queue.enqueue(&mut tx, NewJob::new(Small {})).await?;
    }
    Ok(tx.commit().await?)
}

async fn run() -> Result<(), Failed> {
    let folder = tempfile::tempdir()?;
    let working = open(folder.path()).await?;
    let asking = match working.0.backend() {
        DbBackend::Postgres => open(folder.path()).await?,
        _ => working.clone(),
    };
    let done = Arc::new(Done::default());
    let counted = Arc::clone(&done);
    let handlers = Handlers::new().on::<Small, _, _>(move |_, _| {
        counted.count.fetch_add(1, Ordering::Relaxed);
        counted.news.notify_one();
        async { Outcome::Done }
    });
    let (db, queue) = working;
    let worker = Worker::start(queue, handlers, WorkerConfig { slots: 8, ..WorkerConfig::default() });
    println!("database: {:?}; one worker of 8 slots", db.backend());

    let mut waits = Vec::with_capacity(SINGLE);
    for n in 0..SINGLE as u64 {
        tokio::time::sleep(Duration::from_millis(20 + n * 37 % 60)).await;
        let began = Instant::now();
        enqueue(&asking, 1).await?;
        done.until(n + 1).await;
        waits.push(began.elapsed());
    }
    waits.sort();
    println!(
        "from before the enqueuing commit to the start, idle, n = {SINGLE}: p50 {:.1} ms, p95 {:.1} ms, worst {:.1} ms",
        millis(waits[SINGLE / 2]),
        millis(waits[SINGLE * 95 / 100]),
        millis(waits[SINGLE - 1])
    );

    for round in 1..=3 {
        let before = done.count.load(Ordering::Relaxed);
        let began = Instant::now();
        for _ in 0..MANY / AT_ONCE {
            enqueue(&asking, AT_ONCE).await?;
        }
        let enqueued = began.elapsed();
        done.until(before + MANY).await;
        let all = began.elapsed();
        let a_second = |took: Duration| MANY as f64 / took.as_secs_f64();
        println!(
            "round {round}: {MANY} jobs enqueued at {:.0} and done at {:.0} a second",
            a_second(enqueued),
            a_second(all)
        );
    }

    tokio::time::sleep(Duration::from_secs(2)).await;
    let before = processor_time()?;
    tokio::time::sleep(IDLE).await;
    let used = processor_time()? - before;
    println!(
        "idle for {} s: {:.2} % of a core, this process",
        IDLE.as_secs(),
        100.0 * used / IDLE.as_secs_f64()
    );
    worker.drain(Duration::from_secs(5)).await;
    Ok(())
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

/// Seconds that this process has computed for (proc(5): utime and stime, in ticks of a hundredth).
fn processor_time() -> Result<f64, Failed> {
    let stat = std::fs::read_to_string("/proc/self/stat")?;
    let (_, rest) = stat.rsplit_once(')').ok_or("an odd /proc/self/stat")?;
    let ticks: u64 = rest.split(' ').skip(12).take(2).filter_map(|word| word.parse::<u64>().ok()).sum();
    Ok(ticks as f64 / 100.0)
}
