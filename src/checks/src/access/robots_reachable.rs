//! robots-reachable: robots.txt answers 200 or 404.

use crate::check::{Category, Check, Effort, Judge, Seen};

use crate::site::Site;

pub(crate) static CHECK: Check = Check {
    id: "robots-reachable",
    category: Category::Access,
    weight: 3.0,
    effort: Effort::Small,
    page_controls: false,
    why: "While robots.txt does not answer, well-behaved agents fetch nothing at all (RFC 9309).",
    judge: Judge::Site(judge),
};

fn judge(site: &Site<'_>) -> Seen {
    let fix = "Make /robots.txt answer 200, or 404 where there is none.";
    match &site.subject.robots {
        None => Seen::unmeasured("robots.txt was not asked for"),
        Some(robots) => match robots.status {
            // All of 4xx means "unavailable", which allows everything, as 404 does.
            Some(status @ (200..=299 | 400..=499)) => {
                Seen::pass().seen(format!("robots.txt answers {status}"))
            }
            Some(status) => Seen::fail(fix).seen(format!("robots.txt answers {status}")),
            None => Seen::fail(fix).seen("robots.txt does not answer"),
        },
    }
}
