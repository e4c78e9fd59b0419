//! What a cache in front has to forget when another edition goes live: the addresses whose answers differ, worked out from
//! the two manifests by a job of the flip's own transaction.

use std::collections::BTreeSet;

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde::{Deserialize, Serialize};

use super::manifest::Difference;
use super::model::EditionId;
use super::{PublishError, Publishing, store};
use crate::cdn::{Purge, SETTLED, patient};
use crate::db::WriteTx;
use crate::queue::{Job, NewJob, Policy};
use crate::storage::BlobHash;
use crate::tenancy::{OrgId, SiteId, SiteScope};

/// Addresses that are named one by one; of more the whole host is meant.
const MOST: usize = 1_000;

/// What a browser encodes in a path (URL standard), and the percent sign of a file's own name.
const ENCODED: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'}')
    .add(b'%');

/// Tell the cache what another edition has changed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PurgeChanges {
    /// Whose site it is.
    pub org: OrgId,
    /// The site.
    pub site: SiteId,
    /// The edition that was live; absent before the first one.
    pub before: Option<EditionId>,
    /// The one that is since.
    pub after: EditionId,
}

impl Job for PurgeChanges {
    const NAME: &'static str = "publishing.purge";

    fn policy() -> Policy {
        patient()
    }
}

impl Publishing {
    /// Has the cache told what differs, soon after the flip is committed. Without a cache there is no job.
    pub(super) async fn purge_after(
        &self,
        tx: &mut WriteTx,
        scope: &SiteScope,
        before: Option<&str>,
        after: EditionId,
    ) -> Result<(), PublishError> {
        if self.cdn.is_none() {
            return Ok(());
        }
        let (org, site) = (scope.org().org(), scope.site());
        let job = PurgeChanges { org, site, before: before.and_then(|id| id.parse().ok()), after };
        self.queue.enqueue(tx, NewJob::new(job).org(org).wait(SETTLED)).await?;
        Ok(())
    }

    /// Does the job.
    ///
    /// # Errors
    /// When the cache can't be told.
    pub async fn purge_changes(&self, scope: &SiteScope, job: &PurgeChanges) -> Result<(), PublishError> {
        let Some(cdn) = &self.cdn else { return Ok(()) };
        let Some(host) = self.sites.canonical_host(scope).await? else { return Ok(()) };
        let before = self.manifest_of(scope, job.before).await?;
        let after = self.manifest_of(scope, Some(job.after)).await?;
        let purge = match (before, after) {
            (Some(before), Some(after)) => self.differing(before, after, host.as_str()).await?,
            // Nothing was there, or it is no longer known what: an edition was removed since.
            _ => Purge::Everything,
        };
        Ok(cdn.send(&host, &purge).await?)
    }

    async fn manifest_of(
        &self,
        scope: &SiteScope,
        id: Option<EditionId>,
    ) -> Result<Option<BlobHash>, PublishError> {
        let Some(id) = id else { return Ok(None) };
        Ok(store::get(&self.db, scope, id).await?.and_then(|edition| edition.manifest))
    }

    /// The addresses whose answers differ between two editions.
    async fn differing(&self, before: BlobHash, after: BlobHash, host: &str) -> Result<Purge, PublishError> {
        let mut shown = Shown::default();
        match self.manifests.compare(Some(before), after, |difference| shown.take(&difference)).await {
            Err(error) if error.is_lost() => Ok(Purge::Everything),
            compared => compared.map(|()| shown.purge(&self.address.of(host))).map_err(PublishError::from),
        }
    }
}

/// The paths at which something differs, up to one more than are named.
#[derive(Default)]
struct Shown(BTreeSet<String>);

impl Shown {
    fn take(&mut self, difference: &Difference) {
        if self.0.len() <= MOST {
            self.0.extend(addresses(difference));
        }
    }

    /// What that is to the cache of a site with this address.
    fn purge(&self, site: &str) -> Purge {
        if self.0.len() > MOST {
            return Purge::Everything;
        }
        let url = |path: &String| format!("{site}/{}", utf8_percent_encode(path, ENCODED));
        Purge::Urls(self.0.iter().map(url).collect())
    }
}

/// The paths, without a leading slash, at which a file that differs shows.
fn addresses(difference: &Difference) -> Vec<String> {
    let path = difference.path.as_str();
    let mut found = vec![path.to_owned()];
    if let Some(folder) = folder_of(path) {
        found.push(folder.to_owned());
        // Without its slash the folder leads to it, or straight to where it has moved.
        let moved = |entry: &Option<super::manifest::Entry>| {
            entry.as_ref().is_none_or(|entry| entry.redirect.is_some())
        };
        let bare = folder.trim_end_matches('/');
        if !bare.is_empty() && (moved(&difference.before) || moved(&difference.after)) {
            found.push(bare.to_owned());
        }
    }
    // Who prefers Markdown gets the mirror at the page's own addresses.
    if let Some(stem) = path.strip_suffix(".md") {
        let folder = if stem == "index" { String::new() } else { format!("{stem}/") };
        found.extend([format!("{folder}index.html"), folder]);
    }
    found
}

/// The folder whose index a file is, with a slash at its end unless it is the site itself.
fn folder_of(path: &str) -> Option<&str> {
    path.strip_suffix("index.html").filter(|folder| folder.is_empty() || folder.ends_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::publishing::manifest::{Blob, Entry};

    fn entry(path: &str, content: &str, redirect: Option<&str>) -> Entry {
        Entry {
            path: path.to_owned(),
            media_type: "text/html".to_owned(),
            immutable: false,
            redirect: redirect.map(str::to_owned),
            keeps_method: false,
            identity: Blob { hash: BlobHash::of(content.as_bytes()), len: content.len() as u64 },
            br: None,
            gz: None,
        }
    }

    fn shown(before: Option<Entry>, after: Option<Entry>) -> Vec<String> {
        let path = before.as_ref().or(after.as_ref()).unwrap().path.clone();
        let mut found = addresses(&Difference { path, before, after });
        found.sort();
        found
    }

    #[test]
    fn a_page_shows_at_its_folder_and_its_file_and_one_that_comes_or_moves_without_the_slash_too() {
        let page = |content| Some(entry("guide/index.html", content, None));
        assert_eq!(shown(page("a"), page("b")), ["guide/", "guide/index.html"]);
        assert_eq!(shown(None, page("b")), ["guide", "guide/", "guide/index.html"]);
        assert_eq!(shown(page("a"), None), ["guide", "guide/", "guide/index.html"]);
        let moved = |to| Some(entry("guide/index.html", "", Some(to)));
        assert_eq!(shown(moved("/a/"), moved("/b/")), ["guide", "guide/", "guide/index.html"]);
        let home = |content| Some(entry("index.html", content, None));
        assert_eq!(shown(home("a"), home("b")), ["", "index.html"]);
        assert_eq!(shown(None, Some(entry("myindex.html", "", None))), ["myindex.html"]);
    }

    #[test]
    fn a_mirror_shows_at_its_page_as_well() {
        let mirror = |path| shown(Some(entry(path, "a", None)), Some(entry(path, "b", None)));
        assert_eq!(mirror("guide/start.md"), ["guide/start.md", "guide/start/", "guide/start/index.html"]);
        assert_eq!(mirror("index.md"), ["", "index.html", "index.md"]);
        assert_eq!(mirror("sitemap.xml"), ["sitemap.xml"]);
    }

    #[test]
    fn so_much_that_it_could_not_be_named_is_everything() {
        let mut shown = Shown::default();
        let mut take = |count: usize| {
            for number in 0..count {
                let path = format!("{number}.css");
                shown.take(&Difference {
                    path: path.clone(),
                    before: None,
                    after: Some(entry(&path, "", None)),
                });
            }
            shown.purge("https://acme.example")
        };
        let Purge::Urls(urls) = take(MOST) else { panic!("so many are named") };
        assert_eq!((urls.len(), urls[0].as_str()), (MOST, "https://acme.example/0.css"));
        assert_eq!(take(MOST + 1), Purge::Everything);
    }

    #[test]
    fn an_address_is_written_as_browsers_ask_for_it() {
        let encoded = |path| utf8_percent_encode(path, ENCODED).to_string();
        assert_eq!(encoded("café au lait/100%/a+b@c"), "caf%C3%A9%20au%20lait/100%25/a+b@c");
    }
}
