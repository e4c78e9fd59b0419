//! status-and-hops: sampled URLs answer 200 with one redirect at most.

use crate::check::{Category, Check, Effort, Judge, Seen};

use crate::Document;
use crate::site::Site;

pub(crate) static CHECK: Check = Check {
    id: "status-and-hops",
    category: Category::Index,
    weight: 3.0,
    effort: Effort::Small,
    page_controls: false,
    why: "Each redirect is a request more, and agents give up after a few; an error page is cited by nobody.",
    judge: Judge::Site(judge),
};

/// Judged over all documents, for one that answers 404 is no page that other checks could judge.
fn judge(site: &Site<'_>) -> Seen {
    let fetched: Vec<&Document> =
        site.subject.documents.iter().filter(|document| document.is_fetched()).collect();
    if fetched.is_empty() {
        return Seen::unmeasured("nothing was fetched over a network");
    }
    let credit = |document: &Document| match (document.status, document.hops) {
        (200, 0..=1) => 1.0,
        (200, 2) => 0.5,
        _ => 0.0,
    };
    let sum: f64 = fetched.iter().map(|document| credit(document)).sum();
    let mean = sum / fetched.len() as f64;
    let poor = fetched.iter().filter(|document| credit(document) < 1.0);
    let told = poor
        .map(|document| format!("{}: status {}, {} redirects", document.url, document.status, document.hops));
    Seen::of_credit(mean, "Link each page by its final address, and make it answer 200.").seen_all(told)
}
