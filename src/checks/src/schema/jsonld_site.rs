//! jsonld-site: BreadcrumbList, and Organization or WebSite.

use crate::check::{Category, Check, Effort, Judge, Seen};
use crate::page::Page;
use crate::page::jsonld::ORGANIZATIONS;
use crate::site::Site;

pub(crate) static CHECK: Check = Check {
    id: "jsonld-site",
    category: Category::Schema,
    weight: 1.0,
    effort: Effort::Small,
    page_controls: true,
    why: "They tell an engine where the page stands and whose it is.",
    judge: Judge::Page(judge),
};

fn judge(page: &Page<'_>, site: &Site<'_>) -> Seen {
    let owner = !page.typed(ORGANIZATIONS).is_empty() || !page.typed(&["WebSite"]).is_empty();
    // The home page is where every trail of breadcrumbs begins: it has none of its own.
    let home = page.url().path() == "/" && site.home().is_some_and(|home| home.at == page.at);
    let trail = home || !page.typed(&["BreadcrumbList"]).is_empty();
    let mut seen = Seen::scale(
        owner && trail,
        owner || trail && !home,
        "Add a BreadcrumbList, and an Organization or WebSite.",
    );
    for (there, name) in [(trail, "BreadcrumbList"), (owner, "Organization or WebSite")] {
        if !there {
            seen = seen.seen(format!("no {name}"));
        }
    }
    seen
}
