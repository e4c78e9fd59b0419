use crate::base::Slug;
use crate::id_kind;
use crate::storage::BlobHash;
use crate::tenancy::SiteId;

id_kind!(/// A file of a site.
    SiteFileId, SiteFile, "file");

/// A site to be made.
#[derive(Debug, Clone)]
pub struct NewSite {
    /// Its label below the sites domain.
    pub slug: Slug,
    /// Its title, for lists.
    pub title: String,
    /// Its settings: the text of a `site.toml`.
    pub settings: String,
}

/// What is to change of a site; what is absent stays.
#[derive(Debug, Clone, Default)]
pub struct SiteChange {
    /// Its title and its settings.
    pub settings: Option<(String, String)>,
    /// The health, 0 to 100, below which no page is published.
    pub gate: Option<u8>,
}

/// A site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    /// Its id.
    pub id: SiteId,
    /// Its label below the sites domain.
    pub slug: String,
    /// Its title.
    pub title: String,
    /// Its settings: the text of a `site.toml`.
    pub settings: String,
    /// The health, 0 to 100, below which no page is published.
    pub gate: i64,
    /// The id of the edition that readers see.
    pub live_edition: Option<String>,
    /// The number of the last change of content.
    pub content_seq: i64,
    /// The number of the last change of settings.
    pub settings_seq: i64,
    /// When it was made, in milliseconds since the epoch.
    pub created_at: i64,
}

/// A file of the site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Its path, `static/…`, `assets/…` or `content/…`.
    pub path: String,
    /// Its content.
    pub hash: BlobHash,
    /// Its length in bytes.
    pub size: u64,
}

/// A file that was put or removed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileChange {
    /// Its path, `static/…` or `assets/…`.
    pub path: String,
    /// Its content; `None` when it was removed.
    pub hash: Option<BlobHash>,
}

/// Whether a path stays inside the folders that a site's files live in.
pub(super) fn is_site_file(path: &str) -> bool {
    let inside = ["static/", "assets/", "content/"].iter().any(|folder| path.starts_with(folder));
    let plain = |part: &str| !part.is_empty() && part != "." && part != ".." && !part.contains(['\\', '\0']);
    inside && path.len() <= 500 && path.split('/').all(plain)
}
