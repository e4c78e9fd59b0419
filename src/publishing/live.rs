//! What the public gets: the live edition of a host and the files in it. Takes no key, gives nothing but published files.

use std::ops::Range;

use bytes::Bytes;

use super::manifest::Entry;
use super::{PublishError, Publishing, store};
use crate::base::HostName;
use crate::storage::BlobHash;
use crate::tenancy::SiteId;

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

    /// How often what is live has changed: a [`Live`] is good for as long as this stays the same.
    pub fn flips(&self) -> i64 {
        self.sites.flips().now()
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

    /// A part of a file's content.
    ///
    /// # Errors
    /// When it can't be read. A part is not checked against the file's hash.
    pub async fn content_part(&self, hash: BlobHash, part: Range<u64>) -> Result<Bytes, PublishError> {
        Ok(self.storage.get_part(hash, part).await?)
    }

    /// The content of a file.
    ///
    /// # Errors
    /// When it can't be read or is damaged.
    pub async fn content(&self, hash: BlobHash) -> Result<Bytes, PublishError> {
        Ok(self.storage.get(hash).await?)
    }
}
