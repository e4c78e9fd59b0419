//! Processes that can be killed: this test binary once more, told by its environment to play a part instead.

use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use citepress::base::{Clock, Ids};
use citepress::queue::{NewJob, Queue, State, Worker};
use sea_orm::{ConnectionTrait, DbBackend};
use serde::{Deserialize, Serialize};

use super::journal::Journal;
use super::kinds::{Clockwork, Work, handlers};
use super::rig::{Rig, brisk, open};

const PART: &str = "CITEPRESS_TEST_PART";
/// The test that plays the parts.
const STAGE: &str =
    "queue::child::a_process_told_to_end_finishes_what_it_can_and_hands_back_the_rest_unharmed";

#[derive(Serialize, Deserialize)]
enum Part {
    /// Works until it is told to end.
    Worker { slots: u32, every: Option<String> },
    /// Keeps everybody else from writing.
    Locker { millis: u64 },
}

/// A process of the test's; killed when dropped.
pub struct Child(std::process::Child);

impl Child {
    pub fn worker(rig: &Rig, slots: u32) -> Child {
        Child::start(rig, &Part::Worker { slots, every: None })
    }

    /// A worker that queues [`Clockwork`] at each tick of `every`.
    pub fn clockwork(rig: &Rig, every: &str) -> Child {
        Child::start(rig, &Part::Worker { slots: 2, every: Some(every.to_owned()) })
    }

    /// Locks the database; comes back when it is locked.
    pub async fn locker(rig: &Rig, millis: u64) -> Child {
        let child = Child::start(rig, &Part::Locker { millis });
        rig.written("locked", 1).await;
        child
    }

    fn start(rig: &Rig, part: &Part) -> Child {
        let order = (part, &rig.folder, &rig.url);
        let process = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", STAGE, "--nocapture"])
            .env(PART, serde_json::to_string(&order).unwrap())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        Child(process.unwrap())
    }

    pub fn pid(&self) -> u32 {
        self.0.id()
    }

    /// kill -9.
    pub fn kill(mut self) -> u32 {
        let _ = self.0.kill();
        let _ = self.0.wait();
        self.pid()
    }

    /// Asks it to end, as an operator would.
    pub fn terminate(&self) {
        self.signal("TERM");
    }

    /// Stops it where it stands, like a machine that is put to sleep.
    pub fn suspend(&self) {
        self.signal("STOP");
    }

    /// Lets it go on.
    pub fn resume(&self) {
        self.signal("CONT");
    }

    fn signal(&self, name: &str) {
        let kill = ["-c", "kill -$0 $1", name, &self.pid().to_string()];
        assert!(Command::new("sh").args(kill).status().unwrap().success());
    }

    /// How it ended, once it has.
    pub async fn ended(&mut self, within: Duration) -> ExitStatus {
        let until = Instant::now() + within;
        loop {
            if let Some(status) = self.0.try_wait().unwrap() {
                return status;
            }
            assert!(Instant::now() < until, "process {} is still there", self.pid());
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

async fn play(part: Part, folder: &Path, url: &str) {
    let journal = Journal::at(folder);
    let db = open(folder, url).await.unwrap();
    match part {
        Part::Locker { millis } => {
            let tx = db.write_system().await.unwrap();
            // On SQLite the open transaction keeps all other writers out by itself.
            if db.backend() == DbBackend::Postgres {
                tx.conn().execute_unprepared("LOCK TABLE jobs IN ACCESS EXCLUSIVE MODE").await.unwrap();
            }
            journal.write("locked", "database");
            tokio::time::sleep(Duration::from_millis(millis)).await;
            tx.rollback().await.unwrap();
            journal.write("unlocked", "database");
        }
        Part::Worker { slots, every } => {
            let mut handlers = handlers(&journal);
            if let Some(pattern) = every {
                handlers = handlers.every(&pattern, |at| Clockwork { tick: at.to_string() }).unwrap();
            }
            let mut told = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()).unwrap();
            let worker = Worker::start(Queue::new(db, Ids::system(Clock::system())), handlers, brisk(slots));
            journal.write("started", "worker");
            told.recv().await;
            worker.drain(Duration::from_secs(5)).await;
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "a process of the tests is told its part by its environment")]
fn told_part() -> Option<(Part, std::path::PathBuf, String)> {
    serde_json::from_str(&std::env::var(PART).ok()?).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_told_to_end_finishes_what_it_can_and_hands_back_the_rest_unharmed() {
    if let Some((part, folder, url)) = told_part() {
        return play(part, &folder, &url).await;
    }
    let rig = Rig::new().await;
    let long = rig.add(NewJob::new(Work { name: "long".to_owned(), millis: 60_000 })).await;
    // So that it is the oldest.
    tokio::time::sleep(Duration::from_millis(2)).await;
    rig.add_work(40, 400).await;
    let mut child = Child::worker(&rig, 4);
    rig.written("begin", 4).await;
    child.terminate();
    assert!(child.ended(Duration::from_secs(8)).await.success());

    let begun = rig.journal.work("begin");
    let finished = rig.journal.work("effect");
    assert!(begun.len() < 20, "it went on claiming: {begun:?}");
    assert_eq!(finished.len(), begun.len() - 1, "only the long one was cut off: {begun:?} {finished:?}");
    let long = rig.get(long).await;
    assert_eq!((long.state, long.attempt, long.attempt_limit), (State::Queued, 1, 51));
    assert_eq!((rig.count(State::Running).await, rig.count(State::Done).await), (0, finished.len() as u64));
}
