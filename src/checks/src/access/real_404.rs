//! real-404: an address that does not exist answers 404 or 410.

use crate::check::{Category, Check, Effort, Judge, Seen};

use crate::site::Site;

pub(crate) static CHECK: Check = Check {
    id: "real-404",
    category: Category::Access,
    weight: 2.0,
    effort: Effort::Small,
    page_controls: false,
    why: "A site that answers 200 to everything fills an index with empty pages.",
    judge: Judge::Site(judge),
};

fn judge(site: &Site<'_>) -> Seen {
    match site.subject.missing_path_status {
        None => Seen::unmeasured("no missing address was asked for"),
        Some(status @ (404 | 410)) => Seen::pass().seen(format!("a missing address answers {status}")),
        Some(status) => Seen::fail("Answer 404 or 410 where there is no page.")
            .seen(format!("a missing address answers {status}")),
    }
}
