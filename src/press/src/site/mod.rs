//! What the press remembers of a site between two renders: cards instead of bodies, sorted indexes instead of lists.
//! All maps are persistent: a plan clones the state for next to nothing and changes its own copy.

mod asset;
mod card;
mod claims;
mod entry;
mod followed;
mod links;
mod listing;
mod parted;
mod place;
mod read;
mod section;
mod state;
mod state_tree;
mod surroundings;

pub(crate) use asset::{AssetCard, hashed_name};
pub(crate) use card::{Card, Tag};
pub(crate) use claims::{Owner, html_file, mirror_file};
pub(crate) use entry::{Entry, EntryKey};
pub(crate) use followed::Followed;
pub(crate) use links::{Found, Lost, find, mirror_url, nearest, path_key, target_key};
pub(crate) use listing::{ListedSection, Listing, listing, listing_of_tags, part_url};
pub(crate) use parted::part_name;
pub(crate) use place::{is_document, place};
pub(crate) use read::{Grounds, Read, read_document, url};
pub(crate) use section::Section;
pub(crate) use state::{State, Touched, alias_file};
pub(crate) use surroundings::{
    NavItem, Place, Surroundings, WINDOW, about, surroundings_of_page, surroundings_of_section,
    translation_paths,
};
