//! A Zola site made for these tests: a thousand pages with everything that its content folders hold.

use std::fmt::Write;

use super::site::Site;

const SECTIONS: usize = 20;
const PAGES: usize = 49;

/// `content/` of 1,000 documents: 20 sections with `_index.md` and 49 pages each.
pub fn thousand_pages() -> Site {
    let site = Site::empty();
    for section in 0..SECTIONS {
        let name = format!("section-{section:02}");
        let index = format!(
            "+++\ntitle = \"Section {section}\"\nsort_by = \"weight\"\nweight = {section}\ntemplate = \"section.html\"\n\
             paginate_by = 10\n+++\n\nAbout section {section}.\n"
        );
        site.write(&format!("content/{name}/_index.md"), index);
        for page in 0..PAGES {
            site.write(&path(section, page), text(section, page));
        }
    }
    site.write("content/section-00/page-00/diagram.png", b"\x89PNG\r\n\x1a\n not really");
    site
}

/// Every tenth page has a folder of its own, every eleventh a date in its name.
fn path(section: usize, page: usize) -> String {
    match page {
        _ if page.is_multiple_of(10) => format!("content/section-{section:02}/page-{page:02}/index.md"),
        _ if page.is_multiple_of(11) => {
            format!("content/section-{section:02}/2026-01-{page:02}-page-{page:02}.md")
        }
        _ => format!("content/section-{section:02}/page-{page:02}.md"),
    }
    .replace("2026-01-33", "2026-02-03")
    .replace("2026-01-44", "2026-02-14")
}

fn text(section: usize, page: usize) -> String {
    let next = path(section, (page + 1) % PAGES).replace("content/", "@/");
    let mut text = format!(
        "+++\ntitle = \"Page {page} of section {section}\"\ndescription = \"What page {page} says.\"\ndate = 2026-03-01\n\
         weight = {page}\naliases = [\"old/{section}/{page}\"]\n\n[taxonomies]\ntags = [\"tag-{}\"]\n\n[extra]\nicon = \"star\"\n+++\n\n",
        page % 7
    );
    let _ = write!(
        text,
        "## A heading\n\nText with **signs**, a [next page]({next}) and a [section](@/section-{section:02}/_index.md).\n\n\
         | a | b |\n|---|---|\n| 1 | 2 |\n\n```rust\nfn main() {{}}\n```\n\n- one\n- two\n"
    );
    text
}
