//! The server is killed, hangs, is emptied or was never there, with requests going on: nobody is answered with an error or
//! kept waiting, limits hold, and all is well again by itself.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use citepress::accounts::KeyScope;
use tokio::task::JoinHandle;

use super::pair::Pair;
use super::server::Server;
use crate::api::rig::Program;

/// The longest that an answer may take, on a machine that is busy with other tests.
const DEADLINE: Duration = Duration::from_millis(900);
const RECOVERY: Duration = Duration::from_secs(15);
const A_WHILE: Duration = Duration::from_secs(20);

/// Requests that go on at both processes until they are ended.
struct Traffic {
    stop: Arc<AtomicBool>,
    tasks: Vec<JoinHandle<(u64, Duration)>>,
    answered: Arc<AtomicU64>,
}

impl Traffic {
    async fn start(pair: &Pair) -> Traffic {
        let (stop, answered) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
        let mut tasks = Vec::new();
        for port in [pair.one.port, pair.other_port] {
            let program = at(pair, port).await;
            let (stop, answered) = (Arc::clone(&stop), Arc::clone(&answered));
            tasks.push(tokio::spawn(async move {
                let (mut count, mut longest) = (0, Duration::ZERO);
                while !stop.load(Ordering::SeqCst) {
                    let began = Instant::now();
                    let answer = program.get("/api/v1/sites").await;
                    longest = longest.max(began.elapsed());
                    assert!([200, 429].contains(&answer.status), "{}: {}", answer.status, answer.text);
                    count += 1;
                    answered.fetch_add(1, Ordering::SeqCst);
                    tokio::time::sleep(Duration::from_millis(10)).await;
                }
                (count, longest)
            }));
        }
        Traffic { stop, tasks, answered }
    }

    /// Lets so many more be answered.
    async fn go_on(&self, more: u64) {
        let (wanted, began) = (self.answered.load(Ordering::SeqCst) + more, Instant::now());
        while self.answered.load(Ordering::SeqCst) < wanted {
            assert!(began.elapsed() < A_WHILE, "requests are not answered");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    async fn end(self) {
        self.stop.store(true, Ordering::SeqCst);
        for task in self.tasks {
            let (count, longest) = task.await.unwrap();
            assert!(count > 0 && longest < DEADLINE, "{count} answers, the slowest after {longest:?}");
        }
    }
}

/// The organisation's program, at one of the processes.
async fn at(pair: &Pair, port: u16) -> Program {
    let mut program = Program::new(&pair.one, KeyScope::Read).await;
    program.origin = format!("http://127.0.0.1:{port}");
    program
}

/// How many of so many calls at each process are let through.
async fn let_through(pair: &Pair, calls: usize) -> usize {
    let (one, other) = (at(pair, pair.one.port).await, at(pair, pair.other_port).await);
    let mut through = 0;
    for _ in 0..calls {
        for program in [&one, &other] {
            let answer = program.get("/api/v1/sites").await;
            assert!([200, 429].contains(&answer.status), "{}: {}", answer.status, answer.text);
            through += usize::from(answer.status == 200);
        }
    }
    through
}

#[tokio::test(flavor = "multi_thread")]
async fn a_limit_holds_over_both_processes_while_the_server_is_there_and_in_each_while_it_is_not() {
    // One more comes free every six seconds, at either.
    for _ in 0..3 {
        let mut pair = Pair::new(Server::start(), 10).await;
        pair.share(true, A_WHILE).await;
        let (losses, began) = (pair.losses(), Instant::now());
        let together = let_through(&pair, 10).await;
        let more = usize::try_from(began.elapsed().as_secs()).unwrap() / 6 + 1;
        // A busy machine may make the server seem away for a moment: then each has counted by itself, and it is tried again.
        if pair.losses() > losses {
            pair.stop().await;
            continue;
        }
        assert!((10..=10 + more).contains(&together), "{together} of 20 calls came through");
        pair.server.kill();
        pair.share(false, A_WHILE).await;
        let apart = let_through(&pair, 20).await;
        let more = 2 * (usize::try_from(began.elapsed().as_secs()).unwrap() / 6 + 1);
        // Each has kept count of what it let through itself: what is left of its ten, and no more.
        assert!(apart <= 10 + more, "{apart} of 40 calls came through after {together}");
        pair.stop().await;
        return;
    }
    panic!("the server seemed away three times");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_killed_and_comes_back_is_noticed_by_nobody() {
    let mut pair = Pair::new(Server::start(), 10_000).await;
    pair.share(true, A_WHILE).await;
    let traffic = Traffic::start(&pair).await;
    traffic.go_on(20).await;
    pair.server.kill();
    pair.share(false, A_WHILE).await;
    traffic.go_on(40).await;
    pair.server.start_again();
    pair.share(true, RECOVERY).await;
    traffic.go_on(20).await;
    traffic.end().await;
    pair.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_hangs_and_goes_on_is_noticed_by_nobody() {
    let pair = Pair::new(Server::start(), 10_000).await;
    pair.share(true, A_WHILE).await;
    let traffic = Traffic::start(&pair).await;
    traffic.go_on(20).await;
    pair.server.hang();
    pair.share(false, A_WHILE).await;
    traffic.go_on(40).await;
    pair.server.go_on();
    pair.share(true, RECOVERY).await;
    traffic.go_on(20).await;
    traffic.end().await;
    pair.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_emptied_gives_nobody_more_than_each_process_allows() {
    let pair = Pair::new(Server::start(), 10).await;
    pair.share(true, A_WHILE).await;
    let began = Instant::now();
    let mut through = let_through(&pair, 10).await;
    for _ in 0..5 {
        assert_eq!(pair.server.command(&["FLUSHALL"]), "OK");
        through += let_through(&pair, 4).await;
    }
    let more = 2 * (usize::try_from(began.elapsed().as_secs()).unwrap() / 6 + 1);
    assert!(through <= 20 + more, "{through} calls came through where each process allows 10");
    pair.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_was_not_there_at_the_start_is_found_when_it_comes() {
    let mut pair = Pair::new(Server::refusing(), 10_000).await;
    pair.share(false, Duration::from_secs(1)).await;
    let traffic = Traffic::start(&pair).await;
    traffic.go_on(40).await;
    pair.server.start_again();
    pair.share(true, RECOVERY).await;
    traffic.go_on(20).await;
    traffic.end().await;
    pair.stop().await;
}
