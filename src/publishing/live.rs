//! What the public gets: the live edition of a host and the files in it. Takes no key, gives nothing but published files.

use std::ops::Range;

use bytes::Bytes;
use futures_util::{Stream, TryStreamExt};

use super::manifest::{Entry, Walk};
use super::{PublishError, Publishing, store};
use crate::base::HostName;
use crate::sites::Flips;
use crate::storage::BlobHash;
use crate::tenancy::{SiteId, SiteScope};

/// What is live on a host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Live {
    /// The site.
    pub site: SiteId,
    /// The root of the live edition's manifest; absent before the first edition.
    pub manifest: Option<BlobHash>,
    /// Where requests for this host should go instead.
    pub canonical: Option<HostName>,
}

impl Publishing {
    /// What is live on a host; `None` for hosts that nobody has.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn live(&self, host: &HostName) -> Result<Option<Live>, PublishError> {
        let Some(hosted) = self.sites.hosted(host).await? else { return Ok(None) };
        let manifest = match &hosted.live_edition {
            Some(id) => store::live_manifest(&self.db, id).await?,
            None => None,
        };
        Ok(Some(Live { site: hosted.site, manifest, canonical: hosted.canonical }))
    }

    /// Whether a site answers on a host, as itself or with a redirect to its canonical one.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn is_served(&self, host: &HostName) -> Result<bool, PublishError> {
        Ok(self.sites.hosted(host).await?.is_some())
    }

    /// How often what is live has changed, and where: a [`Live`] is good until its own site flips.
    pub fn flips(&self) -> &Flips {
        self.sites.flips()
    }

    /// Looks whether another process has flipped.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn refresh_flips(&self) -> Result<(), PublishError> {
        Ok(self.sites.refresh_flips().await?)
    }

    /// The file at a path of an edition.
    ///
    /// # Errors
    /// When its manifest can't be read.
    pub async fn entry(&self, manifest: BlobHash, path: &str) -> Result<Option<Entry>, PublishError> {
        Ok(self.manifests.get(manifest, path).await?)
    }

    /// All files of a site's live edition, some at a time; `None` before its first one.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn live_files(&self, scope: &SiteScope) -> Result<Option<Walk>, PublishError> {
        let Some(live) = self.sites.get(scope).await?.live_edition else { return Ok(None) };
        let root = store::live_manifest(&self.db, &live).await?;
        Ok(root.map(|root| self.manifests.walk(root)))
    }

    /// A part of the content of a file of `len` bytes, as it is read.
    ///
    /// # Errors
    /// When its beginning can't be read; what fails later is an item.
    pub async fn content_stream(
        &self,
        hash: BlobHash,
        len: u64,
        part: Range<u64>,
    ) -> Result<impl Stream<Item = Result<Bytes, PublishError>> + use<>, PublishError> {
        Ok(self.storage.parts(hash, len, part).await?.map_err(PublishError::from))
    }

    /// The content of a file.
    ///
    /// # Errors
    /// When it can't be read or is damaged.
    pub async fn content(&self, hash: BlobHash) -> Result<Bytes, PublishError> {
        Ok(self.storage.get(hash).await?)
    }
}
