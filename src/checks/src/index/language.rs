//! language: the html element names its language, and translations link back.

use crate::check::{Category, Check, Effort, Judge, Seen};
use crate::page::{HeadLink, Page};
use crate::site::Site;
use crate::subject::without_fragment;

pub(crate) static CHECK: Check = Check {
    id: "language",
    category: Category::Index,
    weight: 1.0,
    effort: Effort::Small,
    page_controls: true,
    why: "Engines answer in the asker's language and choose pages that say which one they are in.",
    judge: Judge::Page(judge),
};

fn judge(page: &Page<'_>, site: &Site<'_>) -> Seen {
    let tag = page.head.language.as_deref().unwrap_or("");
    let named = is_tag(tag);
    let alternates: Vec<&HeadLink> =
        page.head.rel("alternate").filter(|link| link.hreflang.is_some()).collect();
    let unreturned: Vec<String> = alternates.iter().filter_map(|link| unreturned(page, site, link)).collect();
    let lang = format!("<html lang=\"{tag}\">");
    match (named, alternates.is_empty(), unreturned.is_empty()) {
        (true, _, true) => Seen::pass().seen(lang),
        (true, _, false) => {
            Seen::warn("Let each translation name this page by hreflang as well.").seen_all(unreturned)
        }
        (false, false, true) => Seen::warn("Name the language in <html lang>.").seen(lang),
        (false, _, _) => {
            Seen::fail("Name the language in <html lang>, as in lang=\"en\".").seen(lang).seen_all(unreturned)
        }
    }
}

/// The shape of a BCP 47 tag: `en`, `pt-BR`, `zh-Hant-TW`.
fn is_tag(tag: &str) -> bool {
    let mut parts = tag.split('-');
    let main = parts.next().unwrap_or("");
    let sound = (2..=3).contains(&main.len()) && main.bytes().all(|byte| byte.is_ascii_alphabetic());
    sound
        && parts.all(|part| {
            (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
        })
}

/// A translation among the documents that does not name this page in turn. One that was not fetched is believed.
fn unreturned(page: &Page<'_>, site: &Site<'_>, link: &HeadLink) -> Option<String> {
    let target = page.url().join(&link.href).ok()?;
    let own = without_fragment(page.url());
    if without_fragment(&target) == own {
        return None;
    }
    let other = site.page(&target)?;
    let mut back = other.head.rel("alternate").filter(|link| link.hreflang.is_some());
    let returns =
        back.any(|link| other.url().join(&link.href).is_ok_and(|url| without_fragment(&url) == own));
    (!returns).then(|| format!("{target} does not link back"))
}
