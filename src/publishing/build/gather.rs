//! Everything that an edition is built from, read before anything is rendered.

use std::borrow::Cow;
use std::collections::HashMap;
use std::io;

use press::{Asset, Change, Document, Plan, Press, Texts};

use super::fresh_press;
use crate::publishing::model::EditionId;
use crate::publishing::presses::Warm;
use crate::publishing::{PublishError, Publishing};
use crate::storage::BlobHash;
use crate::tenancy::SiteScope;

/// Plain data: from here on no database is needed.
pub(super) struct Gathered {
    pub press: Press,
    pub plan: Plan,
    pub texts: Neighbours,
    pub content_seq: i64,
    pub settings_seq: i64,
    /// The manifest that the changes go on top of, and the edition that it is of.
    pub base: Option<(BlobHash, EditionId)>,
}

/// Texts of documents that did not change but are rendered again.
pub(super) struct Neighbours(HashMap<String, String>);

impl Texts for Neighbours {
    fn text(&self, path: &str) -> io::Result<Cow<'_, str>> {
        let text = self.0.get(path).map(|text| Cow::Borrowed(text.as_str()));
        text.ok_or_else(|| {
            io::Error::new(io::ErrorKind::NotFound, "it was taken off while the edition was built")
        })
    }
}

impl Publishing {
    pub(super) async fn gather(
        &self,
        scope: &SiteScope,
        warm: Option<Warm>,
    ) -> Result<Gathered, PublishError> {
        // The number is read before the content: a change that comes in between is taken up now and once more by the
        // next edition, never missed.
        let site = self.sites.get(scope).await?;
        let warm = warm.filter(|warm| warm.settings_seq == site.settings_seq);
        let (press, since, base) = match warm {
            Some(warm) => (warm.press, warm.content_seq, Some((warm.manifest, warm.edition))),
            None => (fresh_press(self, &site.settings, &self.base_url(scope).await?)?, 0, None),
        };
        let mut changes = self.changes(scope, since).await?;
        if base.is_none() {
            // A fresh press has nothing that could be removed.
            changes.retain(|change| !matches!(change, Change::Remove(_) | Change::RemoveAsset(_)));
        }
        // Documents are parsed and pictures made smaller here: work for a thread that nobody else waits for.
        let planned = tokio::task::spawn_blocking(move || {
            let plan = press.plan(changes);
            (press, plan)
        });
        let (press, plan) = planned.await.map_err(|error| PublishError::Rendering(error.to_string()))?;
        let plan = plan.map_err(PublishError::Faults)?;
        let texts = self.pages.live_texts(scope, plan.needs()).await?;
        if plan.needs().iter().any(|path| !texts.contains_key(path)) {
            return Err(PublishError::Moved);
        }
        Ok(Gathered {
            press,
            plan,
            texts: Neighbours(texts),
            content_seq: site.content_seq,
            settings_seq: site.settings_seq,
            base,
        })
    }

    async fn changes(&self, scope: &SiteScope, since: i64) -> Result<Vec<Change>, PublishError> {
        let mut changes = Vec::new();
        for content in self.pages.changed_since(scope, since).await? {
            changes.push(match content.document {
                Some(text) => Change::Put(Document { path: content.path, text }),
                None => Change::Remove(content.path),
            });
        }
        for file in self.sites.files_since(scope, since).await? {
            changes.push(match file.hash {
                Some(hash) => {
                    let bytes = self.storage.get(hash).await?;
                    Change::PutAsset(Asset { path: file.path, bytes })
                }
                None => Change::RemoveAsset(file.path),
            });
        }
        Ok(changes)
    }

    /// The address that canonical links begin with.
    pub(in crate::publishing) async fn base_url(&self, scope: &SiteScope) -> Result<String, PublishError> {
        let host = self.sites.canonical_host(scope).await?;
        Ok(host.map_or_else(String::new, |host| self.address.of(host.as_str())))
    }
}
