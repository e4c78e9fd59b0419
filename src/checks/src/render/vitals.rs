//! vitals: LCP, INP and CLS where a figure is given.

use crate::check::{Category, Check, Effort, Judge, Seen};

use crate::site::Site;

pub(crate) static CHECK: Check = Check {
    id: "vitals",
    category: Category::Render,
    weight: 2.0,
    effort: Effort::Large,
    page_controls: false,
    why: "Engines that rank pages count how soon and how steadily they show.",
    judge: Judge::Site(judge),
};

fn judge(site: &Site<'_>) -> Seen {
    let vitals = site.subject.vitals.unwrap_or_default();
    let lcp = vitals.lcp_ms.map(|ms| (ms <= 2500, format!("LCP {ms} ms")));
    let inp = vitals.inp_ms.map(|ms| (ms <= 200, format!("INP {ms} ms")));
    let cls = vitals.cls.map(|shift| (shift <= 0.1, format!("CLS {shift:.2}")));
    let given: Vec<(bool, String)> = [lcp, inp, cls].into_iter().flatten().collect();
    if given.is_empty() {
        return Seen::unmeasured("no field or laboratory figure was given");
    }
    let good = given.iter().all(|(good, _)| *good);
    let fix = "Aim for LCP within 2.5 s, INP within 200 ms and CLS of at most 0.1.";
    Seen::scale(good, false, fix).seen_all(given.into_iter().map(|(_, told)| told))
}
