//! claims-supported: claims found again in the page they cite.

use crate::check::{Category, Check, Effort, Judge, Seen};
use crate::page::Page;
use crate::site::Site;
use crate::subject::without_fragment;

pub(crate) static CHECK: Check = Check {
    id: "claims-supported",
    category: Category::Evidence,
    weight: 4.0,
    effort: Effort::Large,
    page_controls: true,
    why: "A claim that its source does not carry is what an engine must not repeat.",
    judge: Judge::Page(judge),
};

fn judge(page: &Page<'_>, site: &Site<'_>) -> Seen {
    let sample = site.subject.claims.get(&without_fragment(page.url()));
    let Some(sample) = sample.filter(|sample| sample.sampled > 0) else {
        return Seen::unmeasured("no claim was looked up in its source");
    };
    let share = f64::from(sample.supported.min(sample.sampled)) / f64::from(sample.sampled);
    let fix = "Give each claim a source that says it, or take the claim back.";
    Seen::scale(share >= 0.8, share >= 0.5, fix)
        .seen(format!("{} of {} claims found in what they cite", sample.supported, sample.sampled))
}
