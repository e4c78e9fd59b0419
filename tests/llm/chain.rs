//! Several providers, one after the other.

use std::sync::Arc;
use std::time::{Duration, Instant};

use citepress::llm::{
    Chain, LlmError, PageKind, Provider, Request, SANDBOX, Sandbox, Source, Task, WritePage,
};

use super::fake::{Fake, Turn};
use super::openai::{BEE, chat, insect, says, stream};

fn chain(first: &Fake, second: &Fake) -> Chain {
    Chain::new(Arc::new(first.provider()), vec![Arc::new(second.provider())])
}

async fn two(first: Turn, second: Turn) -> (Fake, Fake) {
    (Fake::start(vec![first]).await, Fake::start(vec![second]).await)
}

#[tokio::test]
async fn the_first_that_answers_is_the_only_one_asked() {
    let (first, second) = two(says("First."), says("Second.")).await;
    assert_eq!(chain(&first, &second).complete(chat(None)).await.unwrap().text, "First.");
    assert!(second.requests().is_empty());
}

#[tokio::test]
async fn one_that_hangs_leaves_time_for_the_next() {
    let (first, second) = two(Turn::Hangs, says("Second.")).await;
    let begun = Instant::now();
    let request = Request { deadline: Duration::from_secs(2), ..chat(None) };
    assert_eq!(chain(&first, &second).complete(request).await.unwrap().text, "Second.");
    assert!(begun.elapsed() < Duration::from_secs(2));
}

#[tokio::test]
async fn what_a_failed_provider_cost_is_told_beside_what_the_answer_cost() {
    let (first, second) = two(says("no json"), says(BEE)).await;
    let completion = chain(&first, &second).complete(chat(Some(insect()))).await.unwrap();
    assert_eq!(completion.usage.input_tokens, 100);
    assert_eq!(completion.also.iter().map(|cost| cost.usage.input_tokens).collect::<Vec<_>>(), [200]);
}

#[tokio::test]
async fn a_streamed_answer_begins_anew_with_the_next_provider() {
    let (first, second) = two(says("no json"), says(BEE)).await;
    let (completion, text, restarts) = stream(chain(&first, &second), chat(Some(insect()))).await;
    assert!(completion.is_ok());
    assert_eq!((text.as_str(), restarts), (BEE, 2), "one for the repair, one for the next provider");
}

#[tokio::test]
async fn when_none_answers_each_is_named_with_its_cause() {
    let failing = Turn::Fails("500 Oh no", "Retry-After: 3600\r\n", "broken".to_owned());
    let (first, second) = two(failing, Turn::Floods).await;
    let error = chain(&first, &second).complete(chat(None)).await.unwrap_err();
    assert!(matches!(&error, LlmError::AllFailed(errors) if errors.len() == 2), "{error}");
    assert!(
        error.to_string().contains("status 500") && error.to_string().contains("4194304 bytes"),
        "{error}"
    );
    assert!(error.is_temporary());
}

#[tokio::test]
async fn the_sandbox_can_stand_in_and_says_that_it_did() {
    let first = Fake::start(vec![Turn::Fails("401 No", "", String::new())]).await;
    let text = "# Bees\n\nBees are insects that live in colonies of many thousands.\n".to_owned();
    let source = Source { id: "s".to_owned(), title: "Bees".to_owned(), url: None, text };
    let task = Task::WritePage(WritePage {
        kind: PageKind::Article,
        topic: "Bees".to_owned(),
        brief: None,
        language: None,
        sources: vec![source],
    });
    let chain = Chain::new(Arc::new(first.provider()), vec![Arc::new(Sandbox)]);
    let completion = chain.complete(Request::task(task)).await.unwrap();
    assert!(completion.sandbox && completion.provider == SANDBOX);
}
