//! The files of each unit.

mod agents;
mod assets;
mod feed;
pub(crate) mod icons;
mod listing;
mod llms;
mod media_type;
mod own_template;
mod page;
mod redirects;
mod resolver;
mod robots;
mod sitemap;
mod special;
mod template;
mod text_part;

pub use agents::{AGENTS, Agent, Purpose};
pub(crate) use page::make_document;
pub(crate) use text_part::{TextEntry, make_text_part};

use crate::fault::Fault;
use crate::hash;
use crate::plan::Sizes;
use crate::sink::{OutFile, Sink};
use crate::units::{Done, Unit};
use crate::view::SiteView;
use bytes::Bytes;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What one thread needs to make units.
pub(crate) struct Desk<'a> {
    pub view: Arc<SiteView>,
    pub assets: &'a BTreeMap<Arc<str>, Bytes>,
    pub pictures: &'a Sizes,
    pub sink: &'a dyn Sink,
}

/// What became of a unit.
#[derive(Default)]
pub(crate) struct Made {
    pub files: Vec<(Arc<str>, u64)>,
    pub written: Vec<String>,
    pub asked: BTreeSet<Arc<str>>,
    pub print: u64,
    pub pages: usize,
}

impl Made {
    /// Hands a file to the sink, unless the last render made the same bytes.
    pub(crate) fn put(
        &mut self,
        desk: &Desk<'_>,
        unit: &Unit,
        path: impl Into<Arc<str>>,
        bytes: &[u8],
        immutable: bool,
    ) -> Result<(), Fault> {
        let path = path.into();
        let media_type = media_type::of(&path);
        self.put_file(
            desk,
            unit,
            &path,
            OutFile { path: &path, bytes, media_type, immutable, redirect: None },
        )
    }

    /// The same for a page that stands for an old address.
    pub(crate) fn put_redirect(
        &mut self,
        desk: &Desk<'_>,
        unit: &Unit,
        path: &Arc<str>,
        bytes: &[u8],
        to: &str,
    ) -> Result<(), Fault> {
        let media_type = "text/html; charset=utf-8";
        self.put_file(
            desk,
            unit,
            path,
            OutFile { path, bytes, media_type, immutable: false, redirect: Some(to) },
        )
    }

    fn put_file(
        &mut self,
        desk: &Desk<'_>,
        unit: &Unit,
        path: &Arc<str>,
        file: OutFile<'_>,
    ) -> Result<(), Fault> {
        // A redirect is told apart from a page of the same bytes.
        let hash = hash::of_bytes(file.bytes) ^ u64::from(file.redirect.is_some());
        let old = desk.view.state.done.get(unit);
        let same = old.is_some_and(|done| done.files.iter().any(|(had, of)| had == path && *of == hash));
        if !same {
            desk.sink.write(file).map_err(|error| Fault::io(&**path, &error))?;
            self.written.push(path.to_string());
        }
        self.files.push((path.clone(), hash));
        Ok(())
    }

    pub(crate) fn done(&self) -> Done {
        Done { print: self.print, files: self.files.clone().into() }
    }
}

/// Makes every unit but documents and text parts, which need texts.
pub(crate) fn make(desk: &Desk<'_>, unit: &Unit) -> Result<Made, Fault> {
    let mut made = Made::default();
    match unit {
        Unit::Section(node, part) => listing::make_section_part(desk, unit, node, part.as_ref(), &mut made)?,
        Unit::Tag(node, part) => listing::make_tag_part(desk, unit, node, part.as_ref(), &mut made)?,
        Unit::Sitemap(part) => sitemap::make_part(desk, unit, part.as_ref(), &mut made)?,
        Unit::SitemapIndex => sitemap::make_index(desk, unit, &mut made)?,
        Unit::TextIndex => text_part::make_index(desk, unit, &mut made)?,
        Unit::Llms => llms::make(desk, unit, &mut made)?,
        Unit::Feed(language) => feed::make(desk, unit, *language, &mut made)?,
        Unit::Search(language) => special::make_search(desk, unit, *language, &mut made)?,
        Unit::NotFound => special::make_not_found(desk, unit, &mut made)?,
        Unit::Robots => robots::make(desk, unit, &mut made)?,
        Unit::Icons => icons::make(desk, unit, &mut made)?,
        Unit::ThemeAssets => assets::make_theme(desk, unit, &mut made)?,
        Unit::Asset(path) => assets::make(desk, unit, path, &mut made)?,
        Unit::Page(_) | Unit::Text(_) => {}
    }
    Ok(made)
}
