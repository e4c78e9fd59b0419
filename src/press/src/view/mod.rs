//! What templates see.

mod head;
mod json_ld;
mod listing;
mod page;
mod record;
mod schema;
mod site;
mod subject;

pub(crate) use head::{head, icon_links};
pub(crate) use json_ld::json_ld;
pub(crate) use listing::listing_value;
pub(crate) use page::page_value;
pub(crate) use record::record;
pub(crate) use site::{Fixed, SiteView, nav_value, site_value};
pub(crate) use subject::Subject;
