//! sitemap: sitemaps list sound addresses, within the limits of sitemaps.org.

use crate::check::{Category, Check, Effort, Judge, Seen};

use crate::site::Site;

pub(crate) static CHECK: Check = Check {
    id: "sitemap",
    category: Category::Index,
    weight: 2.0,
    effort: Effort::Small,
    page_controls: false,
    why: "The sitemap is how a crawler learns of new and changed pages without walking the whole site.",
    judge: Judge::Site(judge),
};

const MOST_URLS: u64 = 50_000;
const MOST_BYTES: u64 = 50 * 1024 * 1024;

fn judge(site: &Site<'_>) -> Seen {
    let Some(sitemap) = &site.subject.sitemap else {
        return Seen::unmeasured("no sitemap was asked for");
    };
    if sitemap.files.is_empty() {
        return Seen::fail("Publish a sitemap.xml and name it in robots.txt.").seen("no sitemap found");
    }
    let mut faults = Vec::new();
    if f64::from(sitemap.sound) < 0.95 * f64::from(sitemap.sampled) {
        faults.push(format!(
            "{} of {} sampled URLs answer 200 and are canonical",
            sitemap.sound, sitemap.sampled
        ));
    }
    if sitemap.most_urls > MOST_URLS {
        faults.push(format!("{} URLs in one file", sitemap.most_urls));
    }
    if sitemap.largest_bytes > MOST_BYTES {
        faults.push(format!("{} bytes in one file", sitemap.largest_bytes));
    }
    faults.extend(sitemap.bad_lastmod.iter().map(|value| format!("<lastmod>{value}</lastmod>")));
    if faults.is_empty() {
        return Seen::pass().seen_all(sitemap.files.clone());
    }
    let fix =
        "List only canonical addresses that answer 200, at most 50,000 and 50 MB a file, with W3C dates.";
    Seen::fail(fix).seen_all(faults)
}
