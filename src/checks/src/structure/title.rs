//! title: one of its own, 30 to 60 characters.

use crate::check::{Category, Check, Effort, Judge, Seen};
use crate::page::Page;
use crate::site::Site;
use crate::words;

pub(crate) static CHECK: Check = Check {
    id: "title",
    category: Category::Structure,
    weight: 2.0,
    effort: Effort::Small,
    page_controls: true,
    why: "The title is what engines show as the name of a citation; one that is shared or cut off names nothing.",
    judge: Judge::Page(judge),
};

fn judge(page: &Page<'_>, site: &Site<'_>) -> Seen {
    let Some(title) = page.head.title() else {
        return Seen::fail("Give the page a <title> of 30 to 60 characters.").seen("no <title>");
    };
    let quoted = format!("<title>{title}</title>");
    if let Some(other) = site.sharing_title(page) {
        return Seen::fail("Give each page a title of its own.")
            .seen(quoted)
            .seen(format!("also on {other}"));
    }
    let length = words::length(title);
    let fix = format!("Make the title 30 to 60 characters long; it has {length}.");
    Seen::scale((30..=60).contains(&length), true, fix).seen(quoted)
}
