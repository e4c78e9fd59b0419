//! Making pages and writing revisions.

use std::collections::HashSet;

use serde_json::json;

use super::model::{Brief, Claim, NewPage, PageId, Revision};
use super::store::pages::Changes;
use super::{PageError, Pages, Refusal, carry, plan, rules, store};
use crate::db::{DbError, WriteTx};
use crate::events::Happened;
use crate::tenancy::SiteScope;

/// A text for a page, with what backs it.
#[derive(Debug)]
pub struct Written {
    /// Front matter and Markdown.
    pub document: String,
    /// Its title, for lists.
    pub title: String,
    /// Its sentences with their evidence.
    pub claims: Vec<Claim>,
    /// Who wrote it.
    pub author: String,
    /// Why.
    pub reason: String,
}

/// Who has written a text: told by its event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum By {
    Engine,
    Person,
}

/// A person's text for a page.
#[derive(Debug)]
pub struct Edited {
    /// Front matter and Markdown.
    pub document: String,
    /// Its title, for lists.
    pub title: String,
    /// Why.
    pub reason: String,
    /// The number of the revision that it was made from: refused if there is a newer one. Without it, it replaces any.
    pub seen: Option<i64>,
}

/// What came of documents that were taken in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Taken {
    /// The pages, new and known.
    pub pages: Vec<PageId>,
    /// How many of them have a new text.
    pub changed: usize,
}

impl Pages {
    /// Makes a page without text.
    ///
    /// # Errors
    /// [`Refusal::PathTaken`], [`Refusal::BadPath`], [`Refusal::NoSources`].
    pub async fn create(&self, scope: &SiteScope, new: NewPage) -> Result<PageId, PageError> {
        rules::check_new(&new)?;
        let mut tx = self.db.write().await?;
        self.check_quota(&tx, scope, 1).await?;
        let id = self.insert(&mut tx, scope, &new).await?;
        tx.commit().await?;
        Ok(id)
    }

    /// Whether the site may have so many pages more. Asked before anything else of the transaction.
    async fn check_quota(&self, tx: &WriteTx, scope: &SiteScope, more: usize) -> Result<(), PageError> {
        tx.alone(&format!("pages of {}", scope.site())).await?;
        let present = store::pages::count(tx, scope).await?;
        Ok(self.quotas.pages(present + more as u64).map_err(Refusal::Quota)?)
    }

    async fn insert(&self, tx: &mut WriteTx, scope: &SiteScope, new: &NewPage) -> Result<PageId, PageError> {
        let id = self.ids.new_id();
        let inserted = store::pages::insert(tx, scope, id, new, self.clock.millis()).await;
        inserted.map_err(|error| match error {
            DbError::Conflict(_) => Refusal::PathTaken(new.path.clone()).into(),
            other => PageError::Db(other),
        })?;
        let happened =
            Happened { kind: "page.created", subject: id.to_string(), data: json!({ "path": new.path }) };
        self.events.record(tx, scope.org().org(), scope.org().actor(), happened).await?;
        Ok(id)
    }

    /// Makes a page of a person's text, which then waits for review.
    ///
    /// # Errors
    /// [`Refusal::PathTaken`], [`Refusal::BadPath`].
    pub async fn create_written(
        &self,
        scope: &SiteScope,
        new: NewPage,
        document: String,
    ) -> Result<PageId, PageError> {
        rules::check_path(&new.path)?;
        let mut tx = self.db.write().await?;
        self.check_quota(&tx, scope, 1).await?;
        let id = self.insert(&mut tx, scope, &new).await?;
        let edited = Edited { document, title: new.title, reason: String::new(), seen: None };
        self.edit_in(&mut tx, scope, id, edited).await?;
        tx.commit().await?;
        Ok(id)
    }

    /// Keeps what an engine has written as a new revision of a page, which then waits for review. The live revision stays what it is.
    ///
    /// # Errors
    /// [`PageError::NotFound`].
    pub async fn write(&self, scope: &SiteScope, id: PageId, written: Written) -> Result<i64, PageError> {
        let mut tx = self.db.write().await?;
        let number = self.write_in(&mut tx, scope, id, By::Engine, written).await?;
        tx.commit().await?;
        Ok(number)
    }

    /// Keeps a person's text as a new revision. Claims of the revision before whose sentences still stand in it go along,
    /// supported or not; the person's own sentences need none.
    ///
    /// # Errors
    /// [`PageError::NotFound`], [`Refusal::Changed`].
    pub async fn edit(&self, scope: &SiteScope, id: PageId, edited: Edited) -> Result<i64, PageError> {
        let mut tx = self.db.write().await?;
        let number = self.edit_in(&mut tx, scope, id, edited).await?;
        tx.commit().await?;
        Ok(number)
    }

    async fn edit_in(
        &self,
        tx: &mut WriteTx,
        scope: &SiteScope,
        id: PageId,
        edited: Edited,
    ) -> Result<i64, PageError> {
        let page = store::pages::get_in(tx, scope, id).await?.ok_or(PageError::NotFound(id))?;
        let Edited { document, title, reason, seen } = edited;
        if seen.is_some_and(|seen| seen != page.revision) {
            return Err(Refusal::Changed { number: page.revision }.into());
        }
        let before = store::claims::of_revision(tx.conn(), id, page.revision).await?;
        let claims = carry::carried(before, &document);
        // A source that changed since the page was written is still another one for the sentences that stayed.
        let stale = page.stale && !claims.is_empty();
        let author = scope.org().actor().to_string();
        let written = Written { document, title, claims, author, reason };
        let number = self.write_in(tx, scope, id, By::Person, written).await?;
        self.forget_draft_in(tx, scope, id).await?;
        if stale {
            let changes = Changes { stale: Some(true), ..Changes::default() };
            store::pages::update(tx, scope, id, changes, self.clock.millis()).await?;
        }
        Ok(number)
    }

    pub(super) async fn write_in(
        &self,
        tx: &mut WriteTx,
        scope: &SiteScope,
        id: PageId,
        by: By,
        written: Written,
    ) -> Result<i64, PageError> {
        let page = store::pages::get_in(tx, scope, id).await?.ok_or(PageError::NotFound(id))?;
        let (number, now) = (page.revision + 1, self.clock.millis());
        let state = plan::waiting(&page);
        let changes = Changes {
            title: Some(written.title),
            state: Some(state),
            revision: Some(number),
            health: Some(None),
            stale: Some(false),
            ..Changes::default()
        };
        let (site, claims) = (scope.site(), written.claims.len());
        let data = json!({ "site": site, "revision": number, "claims": claims, "reason": written.reason });
        let revision = Revision {
            number,
            document: written.document,
            author: written.author,
            reason: written.reason,
            created_at: now,
        };
        store::revisions::insert(tx, self.ids.new_id(), id, revision).await?;
        store::claims::insert(tx, &self.ids, id, number, written.claims).await?;
        store::pages::update(tx, scope, id, changes, now).await?;
        let kind = match by {
            By::Engine => "page.generated",
            By::Person => "page.written",
        };
        let happened = Happened { kind, subject: id.to_string(), data };
        self.events.record(tx, scope.org().org(), scope.org().actor(), happened).await?;
        Ok(number)
    }

    /// Takes finished documents in, as an import does: each becomes a page, or a new revision of the page at its path
    /// where the text differs.
    ///
    /// # Errors
    /// [`Refusal::BadPath`]; nothing is kept then.
    pub async fn take_in(
        &self,
        scope: &SiteScope,
        mut documents: Vec<(NewPage, String)>,
        reason: &str,
    ) -> Result<Taken, PageError> {
        for (new, _) in &documents {
            rules::check_path(&new.path)?;
        }
        let paths: Vec<String> = documents.iter().map(|(new, _)| new.path.clone()).collect();
        let known = store::pages::by_paths(&self.db, scope, &paths).await?;
        let texts = self.texts_of(&known, |page| Some(page.revision)).await?;
        let mut tx = self.db.write().await?;
        let known_paths: HashSet<&str> = known.iter().map(|page| page.path.as_str()).collect();
        let more = paths.iter().filter(|path| !known_paths.contains(path.as_str())).count();
        self.check_quota(&tx, scope, more).await?;
        let mut taken = Taken::default();
        // Known pages first and by their ids: whoever locks several does so in this order.
        let id_of = |path: &str| known.iter().find(|page| page.path == path).map(|page| page.id);
        documents.sort_by_cached_key(|(new, _)| id_of(&new.path).map_or((1, None), |id| (0, Some(id))));
        for (new, document) in documents {
            let page = known.iter().find(|page| page.path == new.path);
            taken.pages.extend(page.map(|page| page.id));
            if page.is_some() && texts.get(&new.path) == Some(&document) {
                continue;
            }
            let id = match page {
                Some(page) => page.id,
                None => {
                    let id = self.insert(&mut tx, scope, &new).await?;
                    taken.pages.push(id);
                    id
                }
            };
            let edited = Edited { document, title: new.title, reason: reason.to_owned(), seen: None };
            self.edit_in(&mut tx, scope, id, edited).await?;
            taken.changed += 1;
        }
        tx.commit().await?;
        Ok(taken)
    }
}

impl Brief {
    /// The brief of a page that a person wrote.
    pub fn handwritten() -> Brief {
        Brief {
            text: String::new(),
            sources: Vec::new(),
            tags: Vec::new(),
            authors: Vec::new(),
            weight: None,
        }
    }
}
