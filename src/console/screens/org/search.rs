//! Finding pages, sources and sites by words: a page with its form, and what the palette asks for while somebody types.

use std::collections::BTreeMap;

use poem::web::Query;
use poem::{IntoResponse, Response, handler};
use serde::{Deserialize, Serialize};

use crate::console::fault::Fault;
use crate::console::view::values;
use crate::console::who::{In, Member};
use crate::db::Words;
use crate::sites::Site;
use crate::tenancy::SiteId;

/// The most that is found of each kind.
const MOST: u64 = 20;
/// The most of each kind that the palette shows.
const GLIMPSE: u64 = 6;
/// The most letters of a search.
const WORDS: usize = 200;

#[derive(Deserialize)]
pub(in crate::console) struct Asked {
    #[serde(default)]
    q: String,
}

impl Asked {
    fn words(&self) -> String {
        let letters = self.q.chars().filter(|letter| *letter != '\0').take(WORDS);
        letters.collect::<String>().trim().to_owned()
    }
}

/// Something that was found.
#[derive(Serialize)]
struct Found {
    name: String,
    /// What it is, and of which site.
    what: String,
    /// Its path or address.
    more: String,
    path: String,
}

/// Things of one kind.
#[derive(Serialize)]
struct Group {
    name: &'static str,
    found: Vec<Found>,
    /// Whether there may be more.
    is_full: bool,
}

impl Group {
    fn of(name: &'static str, found: Vec<Found>, most: u64) -> Group {
        Group { name, is_full: found.len() as u64 >= most, found }
    }
}

#[handler]
pub(in crate::console) async fn show(
    here: In<Member>,
    Query(asked): Query<Asked>,
) -> Result<Response, Fault> {
    let q = asked.words();
    let groups = groups(&here, &q, MOST).await?;
    let page = values! { q, groups, most => MOST, path => format!("{}/search", here.path()) };
    here.me.desk.view.page("org/search.html", &here.shell("search").await?, page)
}

/// The same as JSON.
#[handler]
pub(in crate::console) async fn palette(
    here: In<Member>,
    Query(asked): Query<Asked>,
) -> Result<Response, Fault> {
    let groups = groups(&here, &asked.words(), GLIMPSE).await?;
    let found: Vec<Found> = groups.into_iter().flat_map(|group| group.found).collect();
    Ok(poem::web::Json(found).into_response())
}

async fn groups(here: &In<Member>, q: &str, most: u64) -> Result<Vec<Group>, Fault> {
    if q.is_empty() {
        return Ok(Vec::new());
    }
    let (rooms, words) = (&here.me.desk.rooms, Words::new(q));
    let pages = rooms.pages.search(&here.scope, &words, most).await?;
    let sources = rooms.pages.search_sources(&here.scope, &words, most).await?;
    let sites = rooms.sites.search(&here.scope, &words, most).await?;
    let of = pages.iter().map(|page| page.site).chain(sources.iter().map(|source| source.site));
    let known = known(here, of).await?;
    let pages = pages.into_iter().filter_map(|page| {
        let (title, path) = known.get(&page.site)?;
        let path = format!("{path}/pages/{}", page.id);
        Some(Found { name: page.title, what: format!("Page of {title}"), more: page.path, path })
    });
    let sources = sources.into_iter().filter_map(|source| {
        let (title, path) = known.get(&source.site)?;
        let path = format!("{path}/sources/{}", source.id);
        Some(Found { name: source.title, what: format!("Source of {title}"), more: source.address, path })
    });
    let sites = sites.into_iter().map(|site| Found {
        path: format!("{}/s/{}/pages", here.path(), site.slug),
        name: site.title,
        what: "Site".to_owned(),
        more: site.slug,
    });
    let groups = [
        Group::of("Pages", pages.collect(), most),
        Group::of("Sources", sources.collect(), most),
        Group::of("Sites", sites.collect(), most),
    ];
    Ok(groups.into_iter().filter(|group| !group.found.is_empty()).collect())
}

/// Title and path of the sites that things were found in.
async fn known(
    here: &In<Member>,
    of: impl Iterator<Item = SiteId>,
) -> Result<BTreeMap<SiteId, (String, String)>, Fault> {
    let sites = &here.me.desk.rooms.sites;
    let mut known = BTreeMap::new();
    for id in of {
        if known.contains_key(&id) {
            continue;
        }
        // One that was deleted since takes along what was found in it.
        let Some(scope) = sites.scope(&here.scope, id).await? else { continue };
        let Site { title, slug, .. } = sites.get(&scope).await?;
        known.insert(id, (title, format!("{}/s/{slug}", here.path())));
    }
    Ok(known)
}
