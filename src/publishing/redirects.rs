//! Redirects in an edition: entries on top of what the press has made, wherever the press has made nothing.

use std::collections::{HashMap, HashSet};
use std::fmt::Write;

use futures_util::{StreamExt, TryStreamExt, stream};

use super::manifest::{Blob, Entry, ManifestError};
use super::{PublishError, Publishing, store};
use crate::base::HostName;
use crate::sites::{NewRedirect, Redirect};
use crate::storage::BlobHash;
use crate::tenancy::{OrgScope, SiteScope};

/// Blobs on their way to storage at once.
const IN_FLIGHT: usize = 32;

/// What readers get at a redirect's path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Served {
    /// They are sent on.
    Live,
    /// They will be, with the next edition.
    Waiting,
    /// A page or file of the site that has the path.
    Shadowed,
}

impl Publishing {
    /// Makes redirects, all of them or none; the next edition has them. With what readers get at each path meanwhile, as it
    /// was found before: the live edition is not read while others wait for the database.
    ///
    /// # Errors
    /// [`SiteError::Redirects`](crate::sites::SiteError::Redirects) with every fault.
    pub async fn add_redirects(
        &self,
        scope: &SiteScope,
        new: &[NewRedirect],
    ) -> Result<Vec<(Redirect, Served)>, PublishError> {
        let (mut occupied, mut present) = (HashSet::new(), HashMap::new());
        if let Some(root) = self.live_root(scope).await? {
            for redirect in new {
                let Some(file) = Redirect::file_of(&redirect.from) else { continue };
                let lives = match self.manifests.get(root, &file).await? {
                    // What redirects already, by a page's alias or an edition's age, is no page.
                    Some(entry) if entry.redirect.is_some() => {
                        present.insert(file, entry);
                        false
                    }
                    Some(_) => true,
                    None => self.is_below_a_file(root, &file).await?,
                };
                if lives {
                    occupied.insert(redirect.from.clone());
                }
            }
        }
        let made = self.sites.add_redirects(scope, new, &occupied).await?;
        let meanwhile = |redirect: Redirect| {
            let served = match present.get(&file(&redirect)) {
                Some(entry) if tells(entry, &redirect) => Served::Live,
                _ => Served::Waiting,
            };
            (redirect, served)
        };
        Ok(made.into_iter().map(meanwhile).collect())
    }

    /// What readers get at the path of each of these, now.
    ///
    /// # Errors
    /// When the live edition can't be read.
    pub async fn served(
        &self,
        scope: &SiteScope,
        redirects: &[Redirect],
    ) -> Result<Vec<Served>, PublishError> {
        let root = self.live_root(scope).await?;
        let mut served = Vec::with_capacity(redirects.len());
        for redirect in redirects {
            let file = file(redirect);
            let entry = match root {
                Some(root) => self.manifests.get(root, &file).await?,
                None => None,
            };
            served.push(match (entry, root) {
                (Some(entry), _) if tells(&entry, redirect) => Served::Live,
                (Some(Entry { redirect: None, .. }), _) => Served::Shadowed,
                (None, Some(root)) if self.is_below_a_file(root, &file).await? => Served::Shadowed,
                _ => Served::Waiting,
            });
        }
        Ok(served)
    }

    /// Asks for an edition of each site of the organisation whose readers are still sent to a host that the organisation does
    /// not have any more: whoever gets it next is not to get them as well.
    ///
    /// # Errors
    /// When the database or a live edition can't be read; begun again it goes on.
    pub async fn leave_host(&self, org: &OrgScope, host: &HostName) -> Result<(), PublishError> {
        for scope in self.sites.scopes(org).await? {
            let lost = self.sites.lost_redirects(&scope, host).await?;
            if !self.served(&scope, &lost).await?.contains(&Served::Live) {
                continue;
            }
            let mut tx = self.db.write_of(org).await?;
            self.sites.live_edition(&tx, &scope).await?;
            let reason = format!("{host} is not this organisation's any more: redirects to it end");
            self.request(&mut tx, &scope, reason, true).await?;
            tx.commit().await?;
        }
        Ok(())
    }

    /// The manifest with the site's redirects on top. The press's own is kept as it is: the next edition goes on from it.
    pub(super) async fn with_redirects(
        &self,
        scope: &SiteScope,
        pressed: BlobHash,
    ) -> Result<BlobHash, PublishError> {
        let mut entries = Vec::new();
        let mut pages: HashMap<String, String> = HashMap::new();
        for redirect in self.sites.good_redirects(scope).await? {
            let path = file(&redirect);
            if self.manifests.get(pressed, &path).await?.is_none()
                && !self.is_below_a_file(pressed, &path).await?
            {
                pages.entry(redirect.target.clone()).or_insert_with(|| page(&redirect.target));
                entries.push((path, redirect));
            }
        }
        if entries.is_empty() {
            return Ok(pressed);
        }
        let kept = pages.into_iter().map(|(target, page)| async move {
            let len = page.len() as u64;
            let hash = self.storage.put(page.into()).await?;
            Ok::<_, PublishError>((target, Blob { hash, len }))
        });
        let blobs: HashMap<String, Blob> =
            stream::iter(kept).buffer_unordered(IN_FLIGHT).try_collect().await?;
        let entry = |(path, redirect): (String, Redirect)| {
            let identity = *blobs.get(&redirect.target)?;
            Some(Entry {
                path,
                media_type: "text/html; charset=utf-8".to_owned(),
                immutable: false,
                redirect: Some(redirect.target),
                keeps_method: redirect.status == 308,
                identity,
                br: None,
                gz: None,
            })
        };
        let entries = entries.into_iter().filter_map(entry).collect();
        Ok(self.manifests.update(Some(pressed), entries, Vec::new()).await?)
    }

    /// Whether a part of the path is a file of the edition, or the ready-made encoding of one: on disk it can't be a folder
    /// as well.
    async fn is_below_a_file(&self, root: BlobHash, path: &str) -> Result<bool, ManifestError> {
        for (end, _) in path.match_indices('/') {
            let part = &path[..end];
            let encoded = [".br", ".gz"].into_iter().find_map(|ending| part.strip_suffix(ending));
            for name in std::iter::once(part).chain(encoded) {
                if self.manifests.get(root, name).await?.is_some() {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    async fn live_root(&self, scope: &SiteScope) -> Result<Option<BlobHash>, PublishError> {
        match self.sites.get(scope).await?.live_edition {
            Some(live) => Ok(store::live_manifest(&self.db, &live).await?),
            None => Ok(None),
        }
    }
}

fn file(redirect: &Redirect) -> String {
    format!("{}/index.html", redirect.path.trim_start_matches('/'))
}

fn tells(entry: &Entry, redirect: &Redirect) -> bool {
    entry.redirect.as_deref() == Some(&redirect.target) && entry.keeps_method == (redirect.status == 308)
}

/// For servers that only know files.
fn page(target: &str) -> String {
    let mut to = String::with_capacity(target.len());
    for c in target.chars() {
        match c {
            '&' | '<' | '>' | '"' | '\'' => {
                let _ = write!(to, "&#{};", u32::from(c));
            }
            c => to.push(c),
        }
    }
    format!(
        "<!doctype html>\n<meta charset=\"utf-8\">\n<title>Moved</title>\n<meta name=\"robots\" content=\"noindex\">\n\
         <meta http-equiv=\"refresh\" content=\"0; url={to}\">\n<p><a href=\"{to}\">{to}</a></p>\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_can_not_leave_its_attribute() {
        let page = page("/a'b\"c<d>&e");
        assert!(page.contains("url=/a&#39;b&#34;c&#60;d&#62;&#38;e\""), "{page}");
    }
}
