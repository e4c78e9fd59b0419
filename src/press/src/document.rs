//! What goes in: documents, assets and changes to them.

use bytes::Bytes;

/// One file of a site's `content/` folder: Markdown with TOML front matter between `+++`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// Relative to `content/`, with forward slashes: `guide/start.md`, `guide/_index.md`, `guide/start.fr.md`.
    pub path: String,
    /// The whole file.
    pub text: String,
}

/// A file that is no document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asset {
    /// Relative to the site's folder: `assets/…` gets a content hash in its name, `static/…` is copied as it is,
    /// `content/…` lies beside the pages that show it and is copied to the same place.
    pub path: String,
    /// The file's bytes. Held only by the plan, never by the press.
    pub bytes: Bytes,
}

/// A change to a site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// A document that is new or has another text.
    Put(Document),
    /// The same, but its text is fetched by path from the [`Texts`](crate::Texts) given to
    /// [`Press::plan_with`](crate::Press::plan_with): a whole site need not lie in memory.
    Found(String),
    /// A document that is gone.
    Remove(String),
    /// An asset that is new or has other bytes.
    PutAsset(Asset),
    /// An asset that is gone.
    RemoveAsset(String),
}
