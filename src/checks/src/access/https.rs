//! https: a valid certificate, and http that leads to https at once.

use crate::check::{Category, Check, Effort, Judge, Seen};

use crate::site::Site;

pub(crate) static CHECK: Check = Check {
    id: "https",
    category: Category::Access,
    weight: 2.0,
    effort: Effort::Medium,
    page_controls: false,
    why: "Agents do not read past a broken certificate.",
    judge: Judge::Site(judge),
};

fn judge(site: &Site<'_>) -> Seen {
    let Some(https) = &site.subject.https else {
        return Seen::unmeasured("neither certificate nor http redirect was looked at");
    };
    let hops = https.redirects_to_https;
    let valid = https.certificate_valid;
    let fix = "Serve https with a valid certificate, and redirect http to it once.";
    Seen::scale(valid && hops == Some(1), valid && hops == Some(2), fix).seen(https.evidence.clone())
}
