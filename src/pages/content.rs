//! What editions are built from: the documents at pages' live revisions.

use std::collections::HashMap;

use super::model::{Page, PageId};
use super::{Pages, store};
use crate::db::DbError;
use crate::tenancy::SiteScope;

/// A document of the site's content folder, as editions see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    /// Its path.
    pub path: String,
    /// Its text; `None` where the page is no part of editions any more.
    pub document: Option<String>,
}

impl Pages {
    /// Documents that changed after content number `seq`, with their texts: what an edition has to take up.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn changed_since(&self, scope: &SiteScope, seq: i64) -> Result<Vec<Content>, DbError> {
        let pages = store::pages::changed_since(&self.db, scope, seq).await?;
        let mut texts = self.texts_of(scope, &pages, |page| page.live_revision).await?;
        let content = |page: Page| Content { document: texts.remove(&page.path), path: page.path };
        Ok(pages.into_iter().map(content).collect())
    }

    /// The live texts of documents by path, for neighbours that have to be rendered again.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn live_texts(
        &self,
        scope: &SiteScope,
        paths: &[String],
    ) -> Result<HashMap<String, String>, DbError> {
        let pages = store::pages::by_paths(&self.db, scope, paths).await?;
        self.texts_of(scope, &pages, |page| page.live_revision).await
    }

    /// Newest texts of pages, by path, whoever has seen them; pages without one are left out.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn newest_texts(
        &self,
        scope: &SiteScope,
        paths: &[String],
    ) -> Result<HashMap<String, String>, DbError> {
        let pages = store::pages::by_paths(&self.db, scope, paths).await?;
        self.texts_of(scope, &pages, |page| Some(page.revision)).await
    }

    /// Texts of pages, by path, at the revision that `which` names; pages without one are left out.
    pub(super) async fn texts_of(
        &self,
        scope: &SiteScope,
        pages: &[Page],
        which: impl Fn(&Page) -> Option<i64>,
    ) -> Result<HashMap<String, String>, DbError> {
        let wanted: Vec<(PageId, i64)> = pages
            .iter()
            .filter_map(|page| Some((page.id, which(page).filter(|number| *number > 0)?)))
            .collect();
        let paths: HashMap<String, &str> =
            pages.iter().map(|page| (page.id.to_string(), page.path.as_str())).collect();
        let texts = store::revisions::documents(&self.db.of(scope), &wanted).await?;
        Ok(texts
            .into_iter()
            .filter_map(|(id, document)| Some(((*paths.get(&id)?).to_owned(), document)))
            .collect())
    }
}

/// The title that a document gives itself in its front matter.
pub fn titled(document: &str) -> Option<String> {
    let (front, _) = document.strip_prefix("+++\n")?.split_once("\n+++")?;
    let title = front.parse::<toml::Table>().ok()?.get("title")?.as_str()?.trim().to_owned();
    (!title.is_empty()).then_some(title)
}

#[cfg(test)]
mod tests {
    use super::titled;

    #[test]
    fn a_document_is_called_as_its_front_matter_says() {
        assert_eq!(titled("+++\ntitle = \"Prices\"\n+++\n\n# Other"), Some("Prices".to_owned()));
        assert_eq!(
            (titled("# Prices"), titled("+++\ntitle = 3\n+++\n"), titled("+++\ntitle = \"x")),
            (None, None, None)
        );
    }
}
