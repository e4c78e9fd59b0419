//! An answer that was paid for, and a database that can't keep it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use citepress::base::Clock;
use citepress::crawl::Fetcher;
use citepress::llm::{Completion, LlmError, Provider, Request, Usage};
use citepress::pages::{self, Brief, NewPage, NewSource, PageId, Pages, SourceKind};
use citepress::queue::{Filter, Reach, State};
use sea_orm::ConnectionTrait;
use serde_json::json;

use crate::publishing::rig::Rig;

const COST: u64 = 4_200;

/// Writes the same long page whenever it is asked, with a character that PostgreSQL does not keep.
#[derive(Default)]
struct Engine {
    asked: AtomicUsize,
}

#[async_trait]
impl Provider for Engine {
    fn name(&self) -> &'static str {
        "engine"
    }

    fn model(&self) -> &'static str {
        "model"
    }

    async fn complete(&self, _: Request) -> Result<Completion, LlmError> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        // More than fits into pages of the database that are there already.
        let sentence = json!({ "text": "A fact. ".repeat(100_000), "quote": "", "source_id": "" });
        let block = json!({ "type": "paragraph", "sentences": [sentence] });
        let sections = json!([{ "heading": "Fa\u{0}cts", "blocks": [block] }]);
        let draft = json!({ "title": "T", "description": "D", "sections": sections });
        Ok(Completion {
            text: draft.to_string(),
            json: Some(draft),
            usage: Usage::default(),
            cost_micros: Some(COST),
            also: Vec::new(),
            latency: Duration::ZERO,
            provider: "engine".to_owned(),
            model: "model".to_owned(),
            sandbox: false,
        })
    }
}

/// The pages of an installation with this engine, and one that is to be written.
async fn pages(rig: &Rig, engine: &Arc<Engine>) -> (Pages, PageId) {
    let app = &rig.app;
    let pages = Pages::new(pages::Parts {
        db: app.db.clone(),
        ids: app.ids.clone(),
        clock: Clock::system(),
        events: app.events.clone(),
        sites: app.sites.clone(),
        queue: app.queue.clone(),
        flags: app.flags.clone(),
        fetcher: Arc::new(Fetcher::new(app.settings.crawl.fetching(), Clock::system()).unwrap()),
        crawl_limits: (1, 1),
        llm: engine.clone(),
        patience: Duration::from_secs(10),
        quotas: app.settings.quota,
    });
    let body = "A fact.".to_owned();
    let source = NewSource { address: "a.md".into(), kind: SourceKind::Upload, title: "A".into(), body };
    pages.put_source(&rig.scope, source).await.unwrap();
    let brief = Brief { sources: vec!["a.md".into()], ..Brief::handwritten() };
    let (path, title) = ("a.md".to_owned(), "A".to_owned());
    let new = NewPage { path, title, kind: press::PageKind::Article, brief };
    let page = pages.create(&rig.scope, new).await.unwrap();
    (pages, page)
}

async fn change(rig: &Rig, how: &str) {
    let tx = rig.app.db.write_system().await.unwrap();
    tx.conn().execute_unprepared(how).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn an_answer_that_can_not_be_kept_at_once_is_kept_later_and_not_bought_again() {
    let rig = Rig::without_worker().await;
    if rig.app.db.backend() != sea_orm::DbBackend::Sqlite {
        // What stands for a full disk here is SQLite's own.
        return rig.stop().await;
    }
    let engine = Arc::new(Engine::default());
    let (pages, page) = pages(&rig, &engine).await;
    change(&rig, "PRAGMA max_page_count = 1").await;
    let room_later = async {
        tokio::time::sleep(Duration::from_millis(500)).await;
        assert_eq!(pages.get(&rig.scope, page).await.unwrap().revision, 0, "there was no room");
        change(&rig, "PRAGMA max_page_count = 1000000").await;
    };
    let (written, ()) = tokio::join!(pages.generate(&rig.scope, page, |_| (), None), room_later);
    written.unwrap();
    assert_eq!(pages.get(&rig.scope, page).await.unwrap().revision, 1);
    assert_eq!(engine.asked.load(Ordering::SeqCst), 1);
    rig.stop().await;
}

#[tokio::test]
async fn what_an_answer_cost_is_told_also_when_it_can_not_be_kept() {
    let rig = Rig::without_worker().await;
    let engine = Arc::new(Engine::default());
    let (pages, page) = pages(&rig, &engine).await;
    change(&rig, "ALTER TABLE revisions RENAME TO no_revisions").await;
    let spent = AtomicU64::new(0);
    let told = |micros| spent.store(micros, Ordering::SeqCst);
    assert!(pages.generate(&rig.scope, page, told, None).await.is_err());
    assert_eq!(spent.load(Ordering::SeqCst), COST);
    rig.stop().await;
}

#[tokio::test]
async fn a_character_that_no_database_keeps_does_not_cost_the_answer() {
    let rig = Rig::without_worker().await;
    let engine = Arc::new(Engine::default());
    let (pages, page) = pages(&rig, &engine).await;
    pages.generate(&rig.scope, page, |_| (), None).await.unwrap();
    let document = pages.text(&rig.scope, page).await.unwrap().document;
    assert!(document.contains("Fa\u{fffd}cts") && !document.contains('\0'));
    rig.stop().await;
}

#[tokio::test]
async fn a_worker_that_dies_after_it_has_written_a_page_does_not_have_it_written_twice() {
    let rig = Rig::new().await;
    let pages = &rig.app.pages;
    let body = "# Robots\n\nA robots.txt file lies at the root of a host.\n".to_owned();
    let source = NewSource { address: "a.md".into(), kind: SourceKind::Upload, title: "A".into(), body };
    pages.put_source(&rig.scope, source).await.unwrap();
    let brief = Brief { text: "Robots".into(), sources: vec!["a.md".into()], ..Brief::handwritten() };
    let (path, title) = ("a.md".to_owned(), "Robots".to_owned());
    let new = NewPage { path, title, kind: press::PageKind::Article, brief };
    let page = pages.create(&rig.scope, new).await.unwrap();
    pages.request_generation(&rig.scope, page).await.unwrap();
    rig.rest().await;
    // As whoever finds the lease of a dead worker run out leaves its job.
    change(&rig, "UPDATE jobs SET state = 'queued', finished_at = NULL WHERE kind = 'pages.generate'").await;
    rig.rest().await;
    let jobs = Filter { kind: Some("pages.generate".into()), ..Filter::default() };
    let jobs = rig.app.queue.list(Reach::All, &jobs, 10).await.unwrap();
    assert_eq!(jobs.iter().map(|job| (job.state, job.attempt)).collect::<Vec<_>>(), [(State::Done, 2)]);
    assert_eq!(pages.get(&rig.scope, page).await.unwrap().revision, 1);
    rig.stop().await;
}
