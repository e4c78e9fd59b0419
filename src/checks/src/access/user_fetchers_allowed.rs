//! user-fetchers-allowed: the share of fetchers on behalf of a user that are allowed.

use crate::check::{Category, Check, Effort, Judge, Seen};

use crate::robots::agents::Purpose;
use crate::site::Site;

pub(crate) static CHECK: Check = Check {
    id: "user-fetchers-allowed",
    category: Category::Access,
    weight: 2.0,
    effort: Effort::Small,
    page_controls: false,
    why: "Somebody asked an assistant to read this very page.",
    judge: Judge::Site(judge),
};

fn judge(site: &Site<'_>) -> Seen {
    let Some((all, barred)) = super::barred(site, Purpose::UserFetch) else {
        return Seen::unmeasured("robots.txt was not asked for");
    };
    let fix = "Allow in robots.txt the fetchers that read a page because a person asked for it.";
    Seen::share(all - barred.len(), all, fix).seen_all(barred.into_iter().map(|one| one.evidence))
}
