//! What one process does, the other hears of at once, and not only when it looks.

use std::time::{Duration, Instant};

use citepress::accounts::KeyScope;
use citepress::app::App;
use citepress::queue::{Context, Handlers, Job, NewJob, Outcome, Worker, WorkerConfig};
use futures_util::StreamExt;
use reqwest::Method;
use serde::{Deserialize, Serialize};
use tokio::sync::watch;

use super::pair::Pair;
use super::server::Server;
use crate::api::rig::Program;
use crate::publishing::rig::{client, settings};

/// Watchers look by themselves every two seconds: what comes well before that was heard.
const AT_ONCE: Duration = Duration::from_millis(1000);
/// A busy machine may hold one try up, and all of them only if nothing is heard.
const TRIES: usize = 5;
const A_WHILE: Duration = Duration::from_secs(20);

async fn pair() -> Pair {
    let pair = Pair::new(Server::start(), 10_000).await;
    pair.share(true, A_WHILE).await;
    // The messages' connection is made right after the first one.
    let began = Instant::now();
    while subscribers(&pair) < 2 {
        assert!(began.elapsed() < A_WHILE, "nobody listens");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    pair
}

fn subscribers(pair: &Pair) -> usize {
    let channel = pair.server.command(&["PUBSUB", "CHANNELS"]);
    let told = pair.server.command(&["PUBSUB", "NUMSUB", &channel]);
    told.lines().last().and_then(|count| count.parse().ok()).unwrap_or(0)
}

/// A key of the organisation, used at the other process.
async fn program(pair: &Pair) -> Program {
    let mut program = Program::new(&pair.one, KeyScope::Admin).await;
    program.origin = format!("http://127.0.0.1:{}", pair.other_port);
    program
}

/// The next piece of a stream that holds some words.
async fn next(
    body: &mut (impl futures_util::Stream<Item = reqwest::Result<bytes::Bytes>> + Unpin),
    words: &str,
    within: Duration,
) -> bool {
    let heard = async {
        while let Some(piece) = body.next().await {
            if String::from_utf8_lossy(&piece.unwrap()).contains(words) {
                return true;
            }
        }
        false
    };
    tokio::time::timeout(within, heard).await.unwrap_or(false)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_of_one_process_comes_to_a_stream_of_the_other() {
    let pair = pair().await;
    let program = program(&pair).await;
    let mut body = program.request(Method::GET, "/api/v1/events/stream").send().await.unwrap().bytes_stream();
    assert!(next(&mut body, "id:", A_WHILE).await);
    let mut heard = 0;
    for n in 0..TRIES {
        // Right after a look of its own the next one is far: what was written before is read by then.
        pair.one.put(&format!("page-{n}.md"), "+++\ntitle = \"T\"\n+++\nText.\n").await;
        heard += usize::from(next(&mut body, "page", AT_ONCE).await);
    }
    assert!(heard * 2 > TRIES, "{heard} of {TRIES} came at once");
    pair.stop().await;
}

/// Gets on as it is told to, until it is called off.
#[derive(Serialize, Deserialize)]
struct Steps {}

impl Job for Steps {
    const NAME: &'static str = "test.steps";
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_of_one_process_is_watched_and_called_off_in_the_other() {
    let pair = pair().await;
    let program = program(&pair).await;
    let steps = watch::Sender::new(0);
    let told = steps.clone();
    let handlers = Handlers::new().on(move |_: Steps, context: Context| {
        let mut told = told.subscribe();
        async move {
            loop {
                let step = *told.borrow_and_update();
                context.progress(step, 100, "walking");
                tokio::select! {
                    _ = told.changed() => {}
                    () = context.cancelled() => return Outcome::Cancelled,
                }
            }
        }
    });
    // It looks for what was called off once an hour: whatever comes sooner was heard.
    let config = WorkerConfig { poll: Duration::from_secs(3600), ..WorkerConfig::default() };
    let worker = Worker::start(pair.one.app.queue.clone(), handlers, config);
    let mut tx = pair.one.app.db.write_system().await.unwrap();
    let job = NewJob::new(Steps {}).org(pair.one.org.org());
    let job = pair.one.app.queue.enqueue(&mut tx, job).await.unwrap().id();
    tx.commit().await.unwrap();
    let path = format!("/api/v1/jobs/{job}");
    let stream = program.request(Method::GET, &format!("{path}/events")).send().await.unwrap();
    let mut body = stream.bytes_stream();
    let mut heard = 0;
    for step in 1..=TRIES as u64 {
        steps.send_replace(step);
        let words = format!("\"done\":{step},");
        heard += usize::from(next(&mut body, &words, AT_ONCE).await);
    }
    assert!(heard * 2 > TRIES, "{heard} of {TRIES} came at once");
    program.post(&format!("{path}/cancel"), &serde_json::json!({})).await.json(200);
    assert!(next(&mut body, "\"state\":\"cancelled\"", A_WHILE).await, "its worker did not hear of it");
    worker.drain(Duration::ZERO).await;
    pair.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flip_in_one_process_is_served_by_the_other() {
    let pair = pair().await;
    let read = async || {
        let url = format!("http://127.0.0.1:{}/", pair.other_port);
        let answer = client().get(url).header("host", "acme.localhost").send().await.unwrap();
        answer.text().await.unwrap()
    };
    // A third process, which serves nothing and therefore never looks by itself: what it knows it has heard.
    let mut settings = settings(pair.one.folder.path());
    pair.server.used_by(&mut settings);
    let silent = Box::pin(App::open(settings, 0)).await.unwrap();
    let began = Instant::now();
    while subscribers(&pair) < 3 {
        assert!(began.elapsed() < A_WHILE, "it does not listen");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    for n in 0..TRIES {
        pair.one.put("_index.md", &format!("+++\ntitle = \"T\"\n+++\nWords number {n}.\n")).await;
        pair.one.publish().await;
        let (wanted, began) = (pair.one.app.publishing.flips().now(), Instant::now());
        while silent.publishing.flips().now() < wanted {
            assert!(began.elapsed() < A_WHILE, "the flip was not heard");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        while !read().await.contains(&format!("Words number {n}.")) {
            assert!(began.elapsed() < A_WHILE, "it is not served");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
    silent.db.clone().close().await;
    pair.stop().await;
}
