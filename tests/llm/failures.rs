//! An OpenAI-compatible provider that fails, and what is promised then.

use std::time::{Duration, Instant};

use citepress::base::{Clock, Secret};
use citepress::llm::{LlmError, Provider, Request};

use super::fake::{Fake, KEY, Turn, provider};
use super::openai::{chat, says, stream};
use crate::crawl::server::{Reply, Server, redirect};

fn fails(status: &'static str, headers: &'static str) -> Turn {
    Turn::Fails(status, headers, "{\"error\":{\"message\":\"no\"}}".to_owned())
}

fn within(deadline: Duration) -> Request {
    Request { deadline, ..chat(None) }
}

#[tokio::test]
async fn a_provider_that_asks_to_wait_is_waited_for() {
    let fake = Fake::start(vec![fails("429 Too Many Requests", "Retry-After: 1\r\n"), says("Done.")]).await;
    assert_eq!(fake.provider().complete(chat(None)).await.unwrap().text, "Done.");
    let times = fake.times();
    assert!(times[1] - times[0] >= Duration::from_millis(950), "{:?}", times[1] - times[0]);
}

#[tokio::test]
async fn a_date_to_wait_for_is_understood() {
    let clock = Clock::fixed("2026-11-06T08:49:36Z".parse().unwrap());
    let later = fails("503 Later", "Retry-After: Fri, 06 Nov 2026 08:49:37 GMT\r\n");
    let fake = Fake::start(vec![later, says("Done.")]).await;
    assert!(provider(fake.config(), clock).complete(chat(None)).await.is_ok());
    let times = fake.times();
    let waited = times[1] - times[0];
    assert!(waited >= Duration::from_millis(950) && waited < Duration::from_secs(4), "{waited:?}");
}

#[tokio::test]
async fn a_wait_beyond_the_deadline_is_reported_at_once() {
    let fake = Fake::start(vec![fails("429 Too Many Requests", "Retry-After: 3600\r\n")]).await;
    let begun = Instant::now();
    let error = fake.provider().complete(within(Duration::from_secs(5))).await.unwrap_err();
    let hour = Some(Duration::from_secs(3600));
    assert_eq!(error, LlmError::RateLimited { provider: "fake".to_owned(), retry_after: hour });
    assert!(begun.elapsed() < Duration::from_secs(2) && error.to_string().contains("3600 s"), "{error}");
}

#[tokio::test]
async fn passing_failures_are_asked_again() {
    for status in ["500 Oh no", "502 Bad Gateway", "529 Overloaded"] {
        let fake = Fake::start(vec![fails(status, ""), says("Done.")]).await;
        assert_eq!(fake.provider().complete(chat(None)).await.unwrap().text, "Done.", "{status}");
    }
    let broken = b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{\"choices\"".to_vec();
    let no_json = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n<html>".to_vec();
    for raw in [Vec::new(), broken, no_json] {
        let fake = Fake::start(vec![Turn::Raw(raw), says("Done.")]).await;
        assert_eq!(fake.provider().complete(chat(None)).await.unwrap().text, "Done.");
    }
}

#[tokio::test]
async fn an_endless_answer_is_refused_and_memory_stays_flat() {
    let fake = Fake::start(vec![Turn::Floods]).await;
    let before = peak_kib();
    let error = fake.provider().complete(chat(None)).await.unwrap_err();
    assert!(matches!(error, LlmError::TooLarge { limit: 4_194_304, .. }), "{error}");
    let (streamed, _, _) = stream(fake.provider(), chat(None)).await;
    assert!(matches!(streamed, Err(LlmError::TooLarge { .. })));
    let grown = peak_kib() - before;
    assert!(grown < 60 << 10, "the peak grew by {grown} KiB");
}

#[tokio::test]
async fn a_provider_that_hangs_or_drips_is_given_up_at_the_deadline() {
    for turn in [Turn::Hangs, Turn::Drips] {
        let fake = Fake::start(vec![turn]).await;
        let begun = Instant::now();
        let error = fake.provider().complete(within(Duration::from_millis(400))).await.unwrap_err();
        assert!(matches!(error, LlmError::Deadline { .. }), "{error}");
        assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
    }
}

#[tokio::test]
async fn a_key_that_is_refused_is_named_and_shown_nowhere() {
    let fake = Fake::start(vec![says("Never.")]).await;
    let mut config = fake.config();
    config.key = Some(Secret::new("sk-wrong-5151"));
    let shown = format!("{config:?}");
    let error = provider(config, Clock::system()).complete(chat(None)).await.unwrap_err();
    assert!(matches!(error, LlmError::KeyRefused { status: 401, .. }), "{error}");
    assert!(!format!("{shown} {error} {error:?}").contains("5151"), "{error:?}");
    assert_eq!(fake.requests().len(), 1, "a wrong key stays wrong");

    let body = format!("{{\"error\":{{\"message\":\"bad key {KEY}\\u0007\"}}}}");
    let fake = Fake::start(vec![Turn::Fails("400 Bad Request", "", body)]).await;
    let error = fake.provider().complete(chat(None)).await.unwrap_err();
    assert!(error.to_string().contains("bad key (hidden)"), "{error}");
}

#[tokio::test]
async fn an_account_without_money_is_not_asked_again() {
    let body =
        "{\"error\":{\"message\":\"You exceeded your current quota\",\"code\":\"insufficient_quota\"}}";
    let fake = Fake::start(vec![Turn::Fails("429 Too Many Requests", "", body.to_owned())]).await;
    assert!(fake.provider().complete(chat(None)).await.is_err());
    assert_eq!(fake.requests().len(), 1);
}

#[tokio::test]
async fn an_answer_that_was_cut_or_declined_is_no_answer_but_is_paid() {
    let fake = Fake::start(vec![Turn::Ends("Half an ans".to_owned(), "length")]).await;
    let error = fake.provider().complete(chat(None)).await.unwrap_err();
    assert!(matches!(error, LlmError::Cut { .. }), "{error}");
    assert_eq!(error.costs()[0].usage.output_tokens, 20);
    let fake = Fake::start(vec![Turn::Ends(String::new(), "content_filter")]).await;
    let (streamed, _, _) = stream(fake.provider(), chat(None)).await;
    assert!(matches!(streamed, Err(LlmError::Declined { .. })));
}

#[tokio::test]
async fn the_key_is_not_carried_to_another_address() {
    let other = Fake::start(vec![says("Never.")]).await;
    let to = redirect(&format!("http://{}/v1/chat/completions", other.address()));
    let server = Server::start(move |_| Reply::Bytes(to.clone())).await;
    let mut config = other.config();
    config.base_url = server.url("/v1").parse().unwrap();
    let error = provider(config, Clock::system()).complete(chat(None)).await.unwrap_err();
    assert!(matches!(error, LlmError::Refused { status: 302, .. }), "{error}");
    assert!(other.requests().is_empty());
}

#[tokio::test]
async fn a_provider_that_keeps_failing_is_left_alone_for_a_while() {
    let clock = Clock::fixed(jiff::Timestamp::UNIX_EPOCH);
    let fake = Fake::start(vec![fails("500 Oh no", "Retry-After: 3600\r\n")]).await;
    let provider = provider(fake.config(), clock.clone());
    for _ in 0..5 {
        assert!(matches!(provider.complete(chat(None)).await, Err(LlmError::Failing { .. })));
    }
    assert!(matches!(provider.complete(chat(None)).await, Err(LlmError::Resting { .. })));
    assert_eq!(fake.requests().len(), 5, "nothing is sent while it rests");
    clock.advance(Duration::from_secs(31));
    assert!(matches!(provider.complete(chat(None)).await, Err(LlmError::Failing { .. })));
    assert_eq!(fake.requests().len(), 6);
}

/// The most memory that this process ever held.
fn peak_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}
