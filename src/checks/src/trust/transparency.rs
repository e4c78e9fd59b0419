//! transparency: about, contact and privacy linked.

use crate::check::{Category, Check, Effort, Judge, Seen};

use crate::page::Link;
use crate::site::Site;
use crate::words;

pub(crate) static CHECK: Check = Check {
    id: "transparency",
    category: Category::Trust,
    weight: 1.0,
    effort: Effort::Small,
    page_controls: false,
    why: "A site that says who runs it and how to reach them can be held to what it says.",
    judge: Judge::Site(judge),
};

const ABOUT: &[&str] = &[
    "about",
    "about us",
    "who we are",
    "our story",
    "company",
    "team",
    "imprint",
    "impressum",
    "über uns",
    "ueber uns",
    "à propos",
    "a propos",
    "qui sommes nous",
    "acerca de",
    "quiénes somos",
    "sobre",
    "sobre nosotros",
    "chi siamo",
    "quem somos",
    "over ons",
    "会社概要",
    "关于我们",
    "關於我們",
];
const CONTACT: &[&str] = &[
    "contact",
    "contact us",
    "get in touch",
    "support",
    "kontakt",
    "contacto",
    "contatti",
    "contato",
    "contactez nous",
    "nous contacter",
    "お問い合わせ",
    "联系我们",
    "聯絡我們",
    "impressum",
];
const PRIVACY: &[&str] = &[
    "privacy",
    "privacy policy",
    "privacy notice",
    "data protection",
    "datenschutz",
    "datenschutzerklärung",
    "confidentialité",
    "politique de confidentialité",
    "privacidad",
    "política de privacidad",
    "privacidade",
    "política de privacidade",
    "privacybeleid",
    "privacyverklaring",
    "informativa privacy",
    "プライバシーポリシー",
    "隐私政策",
    "隱私政策",
];

fn judge(site: &Site<'_>) -> Seen {
    if site.pages.is_empty() {
        return Seen::unmeasured("no page to judge");
    }
    let links = || site.pages.iter().flat_map(|page| &page.links);
    let linked = |names: &[&str]| links().any(|link| names_page(link, names));
    let mail = links().any(|link| link.href.starts_with("mailto:") || link.href.starts_with("tel:"));
    let found =
        [("about", linked(ABOUT)), ("contact", mail || linked(CONTACT)), ("privacy", linked(PRIVACY))];
    let missing =
        found.iter().filter(|(_, there)| !there).map(|(name, _)| format!("no link to a page on: {name}"));
    let there = found.iter().filter(|(_, there)| *there).count();
    let fix = "Link pages about the site, how to contact it and what it does with data, from the footer of every page.";
    Seen::scale(there == 3, there == 2, fix).seen_all(missing)
}

/// The link's words, or a segment of its path, are one of the names.
fn names_page(link: &Link, names: &[&str]) -> bool {
    let text = words::fold(&link.text);
    let named = |what: &str| {
        names.iter().any(|name| {
            what == *name
                || what.strip_prefix(name).is_some_and(|rest| rest.starts_with(' ') && rest.len() < 24)
        })
    };
    let path = link.url.as_ref().and_then(url::Url::path_segments);
    let segment = path.into_iter().flatten().any(|part| {
        let part = part.trim_end_matches(".html").replace(['-', '_'], " ").to_lowercase();
        names.iter().any(|name| part == *name)
    });
    named(&text) || segment
}
