//! indexable: no noindex in meta robots or X-Robots-Tag.

use crate::check::{Category, Check, Effort, Judge, Seen};
use crate::page::Page;
use crate::site::Site;

pub(crate) static CHECK: Check = Check {
    id: "indexable",
    category: Category::Index,
    weight: 4.0,
    effort: Effort::Small,
    page_controls: true,
    why: "A page that engines may not index cannot be cited, whatever it says.",
    judge: Judge::Page(judge),
};

fn judge(page: &Page<'_>, site: &Site<'_>) -> Seen {
    let fix = "Remove noindex from meta robots and from the X-Robots-Tag header of this page.";
    match page.noindex().or_else(|| page.expired(site.subject.now)) {
        Some(directive) => Seen::fail(fix).seen(directive.evidence),
        None => Seen::pass(),
    }
}
