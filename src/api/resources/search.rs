//! `/search`: one's own pages, sources and sites by words.

use poem_openapi::param::Query;
use poem_openapi::{Object, OpenApi};

use super::Tag;
use super::pages::Page;
use super::sites::{self, Site};
use super::sources::Source;
use crate::api::answer::Fetched;
use crate::api::caller::{As, Reader};
use crate::api::problem::{FieldFault, Problem};
use crate::db::Words;

pub(in crate::api) struct SearchApi;

/// The most that is found of each.
const MOST: u64 = 20;

/// What was found, best first: what begins with the words, then what has a word that does, then the rest.
#[derive(Debug, Clone, Object)]
pub(in crate::api) struct Found {
    /// Pages, by title and path; 20 at most
    pages: Vec<Page>,
    /// Sources, by title and address, without their texts; 20 at most
    sources: Vec<Source>,
    /// Sites, by title, slug and host; 20 at most
    sites: Vec<Site>,
}

#[OpenApi(prefix_path = "/search", tag = "Tag::Search")]
impl SearchApi {
    /// Search pages, sources and sites
    #[oai(path = "/", method = "get", operation_id = "search")]
    async fn search(
        &self,
        who: As<Reader>,
        /// The words, as they would stand in a title, a path or an address
        #[oai(validator(min_length = 1, max_length = 200))]
        q: Query<String>,
    ) -> Result<Fetched<Found>, Problem> {
        let text = q.0.trim();
        if text.is_empty() || text.contains('\0') {
            let message = "Give at least one letter.".into();
            let fault = FieldFault { pointer: "q".into(), code: "empty".into(), message };
            return Err(Problem::invalid(vec![fault]));
        }
        let words = Words::new(text);
        let pages = who.rooms.pages.search(&who.org, &words, MOST).await?;
        let sources = who.rooms.pages.search_sources(&who.org, &words, MOST).await?;
        let found = who.rooms.sites.search(&who.org, &words, MOST).await?;
        let hosts = who.rooms.sites.canonical_hosts(&found).await?;
        Ok(Fetched::new(Found {
            pages: pages.into_iter().map(Page::from).collect(),
            sources: sources.into_iter().map(Source::from).collect(),
            sites: found.into_iter().map(|site| sites::shown(&who, hosts.get(&site.id), site)).collect(),
        }))
    }
}
