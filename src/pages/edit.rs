//! A person's texts: saved one by one, or taken in many at once.

use std::collections::HashMap;

use super::model::{Claim, NewPage, PageId};
use super::store::pages::Changes;
use super::write::{By, Written};
use super::{PageError, Pages, Refusal, carry, rules, store};
use crate::db::WriteTx;
use crate::tenancy::SiteScope;

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

/// What a text leaves of a page's claims.
struct Kept {
    page: PageId,
    /// The claims as they were.
    from: Vec<Claim>,
    claims: Vec<Claim>,
}

impl Kept {
    /// Whether the page's claims are still those that it was worked out from.
    async fn is_present(&self, tx: &WriteTx, scope: &SiteScope) -> Result<bool, PageError> {
        let page = store::pages::get_in(tx, scope, self.page).await?.ok_or(PageError::NotFound(self.page))?;
        Ok(store::claims::of_revision(tx.conn(), self.page, page.revision).await? == self.from)
    }
}

impl Pages {
    /// Keeps a person's text as a new revision. Claims of the revision before whose sentences still stand in it go along,
    /// supported or not; the person's own sentences need none.
    ///
    /// # Errors
    /// [`PageError::NotFound`], [`Refusal::Changed`], [`Refusal::TooLong`], [`Refusal::Nul`].
    pub async fn edit(&self, scope: &SiteScope, id: PageId, edited: Edited) -> Result<i64, PageError> {
        rules::check_title(&edited.title)?;
        rules::check_document(&edited.document)?;
        loop {
            let kept = self.kept(scope, id, &edited.document).await?;
            let mut tx = self.db.write_of(scope).await?;
            if kept.is_present(&tx, scope).await? {
                let number = self.edit_in(&mut tx, scope, id, edited, kept.claims).await?;
                tx.conclude().await?;
                return Ok(number);
            }
        }
    }

    /// What a text leaves of the claims of a page's newest revision. It takes reading the whole text, so nobody holds the
    /// database's only writer meanwhile: whoever writes then looks whether the claims are still the same.
    async fn kept(&self, scope: &SiteScope, id: PageId, document: &str) -> Result<Kept, PageError> {
        let page = self.get(scope, id).await?;
        let from = store::claims::of_revision(&self.db.of(scope), id, page.revision).await?;
        if from.is_empty() {
            return Ok(Kept { page: id, from, claims: Vec::new() });
        }
        let (before, document) = (from.clone(), document.to_owned());
        let claims = self.at_length(move || carry::carried(before, &document)).await?;
        Ok(Kept { page: id, from, claims })
    }

    pub(super) async fn edit_in(
        &self,
        tx: &mut WriteTx,
        scope: &SiteScope,
        id: PageId,
        edited: Edited,
        claims: Vec<Claim>,
    ) -> Result<i64, PageError> {
        let page = store::pages::get_in(tx, scope, id).await?.ok_or(PageError::NotFound(id))?;
        let Edited { document, title, reason, seen } = edited;
        if seen.is_some_and(|seen| seen != page.revision) {
            return Err(Refusal::Changed { number: page.revision }.into());
        }
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

    /// Takes finished documents in, as an import does: each becomes a page, or a new revision of the page at its path
    /// where the text differs.
    ///
    /// # Errors
    /// [`Refusal::BadPath`], [`Refusal::TooLong`], [`Refusal::Nul`]; nothing is kept then.
    pub async fn take_in(
        &self,
        scope: &SiteScope,
        mut documents: Vec<(NewPage, String)>,
        reason: &str,
    ) -> Result<Taken, PageError> {
        for (new, document) in &documents {
            rules::check_path(&new.path)?;
            rules::check_title(&new.title)?;
            rules::check_document(document)?;
        }
        let paths: Vec<String> = documents.iter().map(|(new, _)| new.path.clone()).collect();
        'anew: loop {
            let pages = store::pages::by_paths(&self.db, scope, &paths).await?;
            let known: HashMap<&str, PageId> =
                pages.iter().map(|page| (page.path.as_str(), page.id)).collect();
            // Known pages first and by their ids: whoever locks several pages does so in this order.
            let order = |path: &str| known.get(path).map_or((1, None), |id| (0, Some(*id)));
            documents.sort_by_key(|(new, _)| order(&new.path));
            let texts = self.texts_of(scope, &pages, |page| Some(page.revision)).await?;
            let is_same = |new: &NewPage, document: &String| texts.get(&new.path) == Some(document);
            let mut kept = Vec::with_capacity(documents.len());
            for (new, document) in &documents {
                kept.push(match known.get(new.path.as_str()) {
                    Some(id) if !is_same(new, document) => Some(self.kept(scope, *id, document).await?),
                    _ => None,
                });
            }
            let mut tx = self.db.write_of(scope).await?;
            let more = paths.iter().filter(|path| !known.contains_key(path.as_str())).count();
            self.check_quota(&tx, scope, more).await?;
            for kept in kept.iter().flatten() {
                if !kept.is_present(&tx, scope).await? {
                    continue 'anew;
                }
            }
            let mut taken = Taken::default();
            for ((new, document), kept) in documents.into_iter().zip(kept) {
                let id = match known.get(new.path.as_str()) {
                    Some(id) => *id,
                    None => self.insert(&mut tx, scope, &new).await?,
                };
                taken.pages.push(id);
                if is_same(&new, &document) {
                    continue;
                }
                let claims = kept.map(|kept| kept.claims).unwrap_or_default();
                let edited = Edited { document, title: new.title, reason: reason.to_owned(), seen: None };
                self.edit_in(&mut tx, scope, id, edited, claims).await?;
                taken.changed += 1;
            }
            tx.conclude().await?;
            return Ok(taken);
        }
    }
}
