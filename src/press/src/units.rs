//! What can be rendered on its own: the grain of incremental work.

use crate::site::EntryKey;
use std::sync::Arc;

/// One piece of work. Its files depend on its print and on nothing else.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Unit {
    /// A document that is no section, by its path: page, mirror, aliases.
    Page(Arc<str>),
    /// A part of a section's listing: node and border.
    Section(Arc<str>, Option<EntryKey>),
    /// A part of the listing of a tag, or of the list of tags.
    Tag(Arc<str>, Option<EntryKey>),
    /// A part of the search index and of llms-full.txt, by its border's node.
    Text(Option<Arc<str>>),
    /// A part of the sitemap.
    Sitemap(Option<Arc<str>>),
    /// The list of the sitemap's parts, if there are several.
    SitemapIndex,
    /// The lists of the search index's and of llms-full.txt's parts.
    TextIndex,
    /// `llms.txt`.
    Llms,
    /// Atom, by language.
    Feed(u16),
    /// The page that searches and lists, by language.
    Search(u16),
    /// `404.html`.
    NotFound,
    /// `robots.txt`.
    Robots,
    /// Icons that the site does not bring itself.
    Icons,
    /// The theme's own assets.
    ThemeAssets,
    /// An asset of the site, by its path.
    Asset(Arc<str>),
}

/// What a unit made when it was last rendered.
#[derive(Debug, Default)]
pub(crate) struct Done {
    /// Of everything it was made from.
    pub print: u64,
    /// Its files, each with a hash of the bytes.
    pub files: Box<[(Arc<str>, u64)]>,
}
