//! llms.txt: the site in one short Markdown file. Bounded: sections, and the first pages of each.

use super::{Desk, Made, own_template};
use crate::fault::Fault;
use crate::site::{Entry, Section};
use crate::units::Unit;
use crate::view::SiteView;

/// Most sections, and most pages of each.
const SECTIONS: usize = 50;
const PAGES: usize = 10;

pub(super) fn make(desk: &Desk<'_>, unit: &Unit, made: &mut Made) -> Result<(), Fault> {
    let view = &desk.view;
    let mut out = format!("# {}\n", view.config.title);
    if !view.config.description.is_empty() {
        out.push_str(&format!("\n> {}\n", view.config.description));
    }
    if let Some(root) = view.state.sections.get("") {
        pages(&mut out, view, root, "Pages");
        for (key, _) in root.window(false, None, SECTIONS) {
            if let Some(section) = view.state.sections.get(&key.node) {
                let title = section.title().to_string();
                pages(&mut out, view, section, &title);
            }
        }
    }
    out.push_str(&format!(
        "\n## Optional\n\n- [The full text of all pages]({}/llms-full.txt)\n",
        view.config.base_url
    ));
    let bytes = own_template::apply(desk, "llms.txt", 0, out, Vec::new(), made)?;
    made.put(desk, unit, "llms.txt", &bytes, false)
}

fn pages(out: &mut String, view: &SiteView, section: &Section, title: &str) {
    let pages = section.window(true, None, PAGES);
    if pages.is_empty() && section.sections == 0 || (section.node.is_empty() && pages.is_empty()) {
        return;
    }
    out.push_str(&format!("\n## {title}\n\n"));
    if !section.node.is_empty() {
        push_entry(out, view, title, &section.url, &section.description());
    }
    for (_, entry) in pages {
        if let Entry::Page(card) = entry {
            push_entry(out, view, &card.title, &card.url, &card.description);
        }
    }
}

/// `- [title](address of the Markdown mirror): description`.
pub(super) fn push_entry(out: &mut String, view: &SiteView, title: &str, url: &str, description: &str) {
    out.push_str("- [");
    // Brackets would end the link's text.
    out.extend(title.chars().filter(|c| !matches!(c, '[' | ']' | '\n')));
    out.push_str("](");
    let mirror = url.strip_suffix('/').unwrap_or(url);
    let home = mirror.is_empty() || mirror == view.state.grounds.prefix;
    out.push_str(&view.absolute(&if home { format!("{mirror}/index.md") } else { format!("{mirror}.md") }));
    out.push(')');
    if !description.is_empty() {
        out.push_str(": ");
        out.push_str(description);
    }
    out.push('\n');
}
