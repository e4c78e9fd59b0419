//! search-bots-allowed: search engines may fetch every sampled URL.

use crate::check::{Category, Check, Effort, Judge, Seen};

use crate::robots::agents::Purpose;
use crate::site::Site;

pub(crate) static CHECK: Check = Check {
    id: "search-bots-allowed",
    category: Category::Access,
    weight: 6.0,
    effort: Effort::Small,
    page_controls: false,
    why: "Answer engines look pages up in a search index first; what is not in it is not found.",
    judge: Judge::Site(judge),
};

fn judge(site: &Site<'_>) -> Seen {
    let Some((_, barred)) = super::barred(site, Purpose::Search) else {
        return Seen::unmeasured("robots.txt was not asked for");
    };
    let fix = "Allow Googlebot and Bingbot in robots.txt.";
    Seen::scale(barred.is_empty(), false, fix).seen_all(barred.into_iter().map(|one| one.evidence))
}
