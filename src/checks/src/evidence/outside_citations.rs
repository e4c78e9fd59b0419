//! outside-citations: links to sources outside the site that are live.

use std::collections::HashSet;

use url::Url;

use crate::check::{Category, Check, Effort, Judge, Seen};
use crate::page::Page;
use crate::page::jsonld::{ORGANIZATIONS, string};
use crate::site::Site;
use crate::subject::{Liveness, without_fragment};
use crate::words::authority;

pub(crate) static CHECK: Check = Check {
    id: "outside-citations",
    category: Category::Evidence,
    weight: 4.0,
    effort: Effort::Medium,
    page_controls: true,
    why: "Pages that name their sources are cited more often (GEO, KDD 2024), and a dead source proves nothing.",
    judge: Judge::Page(judge),
};

fn judge(page: &Page<'_>, site: &Site<'_>) -> Seen {
    let cited = cited(page);
    let known = |wanted| cited.iter().filter(|url| site.subject.liveness(url) == wanted).count();
    let (live, dead) = (known(Liveness::Live), known(Liveness::Dead));
    let fix =
        "Link at least two sources outside this site from the text that rests on them, and mend dead links.";
    let gone = cited
        .iter()
        .filter(|url| site.subject.liveness(url) == Liveness::Dead)
        .map(|url| format!("dead: {url}"));
    let told = || format!("{} sources outside the site", cited.len());
    match cited.len() - dead {
        0 => Seen::fail(fix).seen(told()).seen_all(gone),
        1 => Seen::warn(fix).seen(told()).seen_all(gone),
        // With two or more the answers of the links decide, and nobody asked them.
        _ if live + dead == 0 => Seen::unmeasured(format!("{}, whether they answer was not asked", told())),
        _ => {
            let enough = live as f64 >= 0.9 * (live + dead) as f64;
            Seen::scale(enough, true, fix).seen(told()).seen_all(gone)
        }
    }
}

/// The distinct addresses that the main text cites.
pub(crate) fn cited(page: &Page<'_>) -> Vec<Url> {
    let own = own_domains(page);
    let mut seen = HashSet::new();
    let links = page.links.iter().filter(|link| authority::is_authoritative(link, &own));
    links.filter_map(|link| link.url.clone()).filter(|url| seen.insert(without_fragment(url))).collect()
}

/// The page's own domain, and those its organisation says are its own.
fn own_domains(page: &Page<'_>) -> Vec<String> {
    let organisations = page.typed(ORGANIZATIONS);
    let urls =
        organisations.iter().filter_map(|node| string(node, "url")).filter_map(|url| Url::parse(url).ok());
    std::iter::once(page.url().clone()).chain(urls).filter_map(|url| authority::registrable(&url)).collect()
}
