//! Writing a page from its sources, as a job.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::compose::{Composed, Setting, compose};
use super::model::{Page, PageId, Source};
use super::write::{By, Written};
use super::{PageError, Pages, Refusal, store};
use crate::base::clock::timestamp;
use crate::db::without_nul;
use crate::flags::Flag;
use crate::llm::{self, Completion, LlmError, PageDraft, Request, Task, WritePage};
use crate::queue::{Enqueued, Job, NewJob, Once};
use crate::tenancy::{OrgId, SiteId, SiteScope};

/// The waits between the tries to write an answer down, and how long they may be in all: a database restarts within that.
const SHORTEST: Duration = Duration::from_millis(100);
const LONGEST: Duration = Duration::from_secs(10);
const PATIENCE: Duration = Duration::from_secs(5 * 60);

/// Write a page from its brief's sources. Done again it finds the revision noted, and writes none.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct GeneratePage {
    /// Whose site it is.
    pub org: OrgId,
    /// The page's site.
    pub site: SiteId,
    /// The page.
    pub page: PageId,
    /// Whether an attempt has written it: noted with the revision, in one transaction.
    #[serde(default)]
    pub written: bool,
}

impl Job for GeneratePage {
    const NAME: &'static str = "pages.generate";
}

impl Pages {
    /// Asks for a page to be written. Asked twice while the first is under way, it is one job.
    ///
    /// # Errors
    /// [`PageError::NotFound`], or [`Refusal::NoSources`] when its sources are not there.
    pub async fn request_generation(&self, scope: &SiteScope, id: PageId) -> Result<Enqueued, PageError> {
        let org = scope.org().org();
        self.flags.check(Flag::Engines, Some(org)).await?;
        let page = self.get(scope, id).await?;
        self.sources_of(scope, &page).await?;
        let job = NewJob::new(GeneratePage { org, site: scope.site(), page: id, written: false });
        let job = job.org(org).dedup(id.to_string());
        let mut tx = self.db.write_of(scope).await?;
        let enqueued = self.queue.enqueue(&mut tx, job).await?;
        tx.conclude().await?;
        Ok(enqueued)
    }

    /// Writes the page. `spent` hears what the engines cost, in millionths of a dollar, as soon as that is known: those that
    /// were asked and failed included. `once` notes the revision for the job's next attempt.
    ///
    /// # Errors
    /// [`PageError::Llm`] when no engine gave a usable answer; the page is then as it was.
    pub async fn generate(
        &self,
        scope: &SiteScope,
        id: PageId,
        spent: impl FnOnce(u64),
        once: Option<&Once<'_>>,
    ) -> Result<(), PageError> {
        let page = self.get(scope, id).await?;
        let sources = self.sources_of(scope, &page).await?;
        let request = Request { deadline: self.patience, ..Request::task(task(&page, &sources)) };
        let answer = self.llm.complete(request).await;
        spent(cost(&answer));
        let answer = answer?;
        let draft = read(&answer)?;
        let day = |time: Timestamp| time.strftime("%Y-%m-%d").to_string();
        let (published, updated) = (day(timestamp(page.created_at)), day(self.clock.now()));
        let setting = Setting { page: &page, sources: &sources, published, updated, sandbox: answer.sandbox };
        let Composed { document, claims } = compose(&draft, &setting);
        let written = Written {
            document,
            title: page.title,
            claims,
            author: format!("{} {}", answer.provider, answer.model),
            reason: "generated from its sources".to_owned(),
        };
        self.write_paid(scope, id, &written, once).await
    }

    /// An answer that was paid for is not thrown away because the database is locked or full for a moment: tried again, the
    /// job would buy another.
    async fn write_paid(
        &self,
        scope: &SiteScope,
        id: PageId,
        written: &Written,
        once: Option<&Once<'_>>,
    ) -> Result<(), PageError> {
        let (mut waited, mut wait) = (Duration::ZERO, SHORTEST);
        loop {
            match self.write_once(scope, id, written.clone(), once).await {
                Err(error) if error.is_passing() && waited < PATIENCE => {
                    tracing::warn!(target: "pages", page = %id, %error, "a page that was paid for is written again");
                }
                done => return done,
            }
            tokio::time::sleep(wait).await;
            waited += wait;
            wait = (wait * 2).min(LONGEST);
        }
    }

    async fn write_once(
        &self,
        scope: &SiteScope,
        id: PageId,
        written: Written,
        once: Option<&Once<'_>>,
    ) -> Result<(), PageError> {
        let mut tx = self.db.write_of(scope).await?;
        if let Some(once) = once
            && !once.note(&mut tx).await?
        {
            return Ok(());
        }
        self.write_in(&mut tx, scope, id, By::Engine, written).await?;
        Ok(tx.commit().await?)
    }

    async fn sources_of(&self, scope: &SiteScope, page: &Page) -> Result<Vec<Source>, PageError> {
        let sources = store::sources::by_addresses(&self.db, scope, &page.brief.sources).await?;
        let missing =
            page.brief.sources.iter().find(|address| sources.iter().all(|s| s.address != **address));
        match missing {
            Some(address) => Err(Refusal::NoSources(format!("\"{address}\" was not added yet")).into()),
            None if sources.is_empty() => Err(Refusal::NoSources("its brief names none".to_owned()).into()),
            None => Ok(sources),
        }
    }
}

fn task(page: &Page, sources: &[Source]) -> Task {
    let sources = sources.iter().map(|source| llm::Source {
        id: source.id.to_string(),
        title: source.title.clone(),
        url: source.address.starts_with("http").then(|| source.address.clone()),
        text: source.body.clone(),
    });
    Task::WritePage(WritePage {
        // Both enums name the same kinds in the same words.
        kind: serde_json::from_value(Value::from(page.kind.as_str())).unwrap_or(llm::PageKind::Article),
        topic: page.title.clone(),
        brief: Some(page.brief.text.clone()).filter(|text| !text.is_empty()),
        language: None,
        sources: sources.collect(),
    })
}

/// In millionths of a dollar.
fn cost(answer: &Result<Completion, LlmError>) -> u64 {
    match answer {
        Ok(answer) => {
            answer.cost_micros.into_iter().chain(answer.also.iter().filter_map(|cost| cost.micros)).sum()
        }
        Err(error) => error.costs().iter().filter_map(|cost| cost.micros).sum(),
    }
}

fn read(answer: &Completion) -> Result<PageDraft, PageError> {
    let json = keepable(answer.json.clone().unwrap_or(Value::Null));
    PageDraft::from_json(&json).map_err(|error| {
        let (provider, why) = (answer.provider.clone(), error.to_string());
        PageError::Llm(LlmError::Garbled { provider, why })
    })
}

/// The answer in characters that every database keeps: refused by one, it would be bought again.
fn keepable(answer: Value) -> Value {
    match answer {
        Value::String(text) => Value::String(without_nul(text)),
        Value::Array(items) => items.into_iter().map(keepable).collect(),
        Value::Object(fields) => fields.into_iter().map(|(name, field)| (name, keepable(field))).collect(),
        other => other,
    }
}
