//! Who writes which file. Two owners of one place are a fault; so are places that differ only in case, because many file
//! systems cannot hold both.

use imbl::OrdMap;
use std::sync::Arc;

/// What wants a place, in words for a person.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Owner {
    Document(Arc<str>),
    Alias(Arc<str>),
    Section(Arc<str>),
    Asset(Arc<str>),
    Press,
}

#[derive(Clone, Default)]
pub(crate) struct Claims {
    /// Folded file path to the path as it is and its owner.
    places: OrdMap<Arc<str>, (Arc<str>, Owner)>,
}

impl Claims {
    /// Takes a place; the owner that has it already comes back as the error.
    pub(crate) fn take(&mut self, file: &Arc<str>, owner: Owner) -> Result<(), Owner> {
        let folded = fold(file);
        match self.places.get(&folded) {
            Some((_, other)) if *other != owner => Err(other.clone()),
            _ => {
                self.places.insert(folded, (file.clone(), owner));
                Ok(())
            }
        }
    }

    /// Gives a place back, if it is this owner's.
    pub(crate) fn release(&mut self, file: &Arc<str>, owner: &Owner) {
        let folded = fold(file);
        if self.places.get(&folded).is_some_and(|(_, has)| has == owner) {
            self.places.remove(&folded);
        }
    }

    /// The owner of exactly this file (case counts).
    pub(crate) fn owner(&self, file: &str) -> Option<&Owner> {
        let folded: Arc<str> = fold(&Arc::from(file));
        self.places.get(&folded).filter(|(own, _)| **own == *file).map(|(_, owner)| owner)
    }

    /// All files of the site, folded.
    pub(crate) fn files(&self) -> impl Iterator<Item = &Arc<str>> {
        self.places.values().map(|(file, _)| file)
    }
}

fn fold(file: &Arc<str>) -> Arc<str> {
    if file.bytes().any(|byte| byte.is_ascii_uppercase() || byte >= 0x80) {
        file.to_lowercase().into()
    } else {
        file.clone()
    }
}

/// The file of a page: `guide/start/index.html`.
pub(crate) fn html_file(node: &str) -> Arc<str> {
    if node.is_empty() { "index.html".into() } else { format!("{node}/index.html").into() }
}

/// The file of a page's Markdown mirror: `guide/start.md`, `index.md` for the home page.
pub(crate) fn mirror_file(node: &str) -> Arc<str> {
    if node.is_empty() { "index.md".into() } else { format!("{node}.md").into() }
}

/// Names under which the press puts its own files, so that they cannot collide with anybody's.
pub(crate) fn reserved(segment: &str) -> Option<&'static str> {
    let own = ["_assets", "_search", "_llms", "_part"].contains(&segment);
    own.then_some("has a name that the press needs for its own files (_assets, _search, _llms or _part)")
}

impl Owner {
    /// For a fault.
    pub(crate) fn describe(&self) -> String {
        match self {
            Owner::Document(path) => format!("content/{path}"),
            Owner::Alias(path) => format!("an alias of content/{path}"),
            Owner::Section(node) => format!("the listing of the section /{node}/"),
            Owner::Asset(path) => path.to_string(),
            Owner::Press => "a file that the press makes itself".to_owned(),
        }
    }
}
