//! A database, its queue and a journal, for one test.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use citepress::base::{Clock, Ids};
use citepress::db::{Db, DbConfig, DbError};
use citepress::queue::{Enqueued, Job, JobId, NewJob, Queue, Reach, Record, State, Worker, WorkerConfig};

use sea_orm::{ConnectionTrait, Statement};

use super::journal::Journal;
use super::kinds;
use crate::database::Fresh;

/// Longer than anything takes, on a machine that is busy with other tests.
const PATIENCE: Duration = Duration::from_secs(60);

pub struct Rig {
    pub queue: Queue,
    pub db: Db,
    pub journal: Journal,
    pub folder: PathBuf,
    /// Empty: SQLite in the folder.
    pub url: String,
    /// Deletes folder and database at the end.
    _temporary: (tempfile::TempDir, Fresh),
}

impl Rig {
    pub async fn new() -> Rig {
        let temporary = tempfile::tempdir().unwrap();
        let folder = temporary.path().to_owned();
        let ids = Ids::system(Clock::system());
        let fresh = Fresh::new().await;
        let url = fresh.url.clone();
        let db = open(&folder, &url).await.unwrap();
        db.migrate().await.unwrap();
        let queue = Queue::new(db.clone(), ids);
        Rig { queue, db, journal: Journal::at(&folder), folder, url, _temporary: (temporary, fresh) }
    }

    pub async fn add<J: Job>(&self, job: NewJob<J>) -> JobId {
        self.enqueue(job).await.id()
    }

    pub async fn enqueue<J: Job>(&self, job: NewJob<J>) -> Enqueued {
        let mut tx = self.db.write_system().await.unwrap();
        let enqueued = self.queue.enqueue(&mut tx, job).await.unwrap();
        tx.commit().await.unwrap();
        enqueued
    }

    /// Pieces of work with the names 0, 1, 2 …, in one transaction.
    pub async fn add_work(&self, count: u32, millis: u64) {
        let mut tx = self.db.write_system().await.unwrap();
        for n in 0..count {
            let work = kinds::Work { name: n.to_string(), millis };
            self.queue.enqueue(&mut tx, NewJob::new(work)).await.unwrap();
        }
        tx.commit().await.unwrap();
    }

    /// A worker in this process.
    pub fn worker(&self, slots: u32) -> Worker {
        Worker::start(self.queue.clone(), kinds::handlers(&self.journal), brisk(slots))
    }

    /// A worker that looks for jobs and cancellations once an hour: what comes sooner, it has heard of.
    pub fn listener(&self, slots: u32) -> Worker {
        let config = WorkerConfig { poll: Duration::from_secs(3600), ..brisk(slots) };
        Worker::start(self.queue.clone(), kinds::handlers(&self.journal), config)
    }

    pub async fn get(&self, id: JobId) -> Record {
        self.queue.get(Reach::All, id).await.unwrap()
    }

    /// The record once it is as `wanted`; the test fails when it isn't so soon.
    pub async fn when(&self, id: JobId, wanted: impl Fn(&Record) -> bool) -> Record {
        let until = Instant::now() + PATIENCE;
        loop {
            let record = self.get(id).await;
            if wanted(&record) {
                return record;
            }
            assert!(Instant::now() < until, "still {record:?}");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    pub async fn ended(&self, id: JobId) -> Record {
        self.when(id, |record| record.state.is_final()).await
    }

    pub async fn count(&self, state: State) -> u64 {
        let counts = self.queue.counts(Reach::All).await.unwrap();
        counts.iter().filter(|count| count.state == state).map(|count| count.jobs).sum()
    }

    /// Waits until `count` jobs are done.
    pub async fn done(&self, count: u64) {
        let until = Instant::now() + PATIENCE;
        while self.count(State::Done).await < count {
            assert!(Instant::now() < until, "{:?}", self.queue.counts(Reach::All).await);
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Waits until the journal is as `wanted`.
    pub async fn when_journal(&self, wanted: impl Fn(&Journal) -> bool) {
        let until = Instant::now() + PATIENCE;
        while !wanted(&self.journal) {
            assert!(Instant::now() < until, "{:?}", self.journal.lines());
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Waits until a statement that counts gives `wanted`.
    pub async fn when_sql(&self, count: &str, wanted: i64) {
        let until = Instant::now() + PATIENCE;
        loop {
            let query = Statement::from_string(self.db.backend(), count);
            let row = self.db.system().query_one_raw(query).await.unwrap().unwrap();
            if row.try_get_by_index::<i64>(0).unwrap() == wanted {
                return;
            }
            assert!(Instant::now() < until, "{count} is not {wanted}");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// Waits until the journal holds `count` lines of `what`.
    pub async fn written(&self, what: &str, count: usize) {
        self.when_journal(|journal| journal.work(what).len() >= count).await;
    }
}

/// Opens a test's database: the one in its folder, or the one at `url`.
pub async fn open(folder: &Path, url: &str) -> Result<Db, DbError> {
    Db::open(&DbConfig { url: url.to_owned(), data: folder.to_owned(), ..DbConfig::default() }).await
}

/// A worker's settings with a test's patience.
pub fn brisk(slots: u32) -> WorkerConfig {
    WorkerConfig {
        slots,
        poll: Duration::from_millis(100),
        sweep: Duration::from_millis(200),
        wind_up: Duration::from_millis(300),
        ..WorkerConfig::default()
    }
}
