//! The headings of the content: the title is the only one of level one, and no level is skipped to get there.

use dom_query::{Document, NodeRef};

const NAMES: [&str; 6] = ["h1", "h2", "h3", "h4", "h5", "h6"];

/// Makes the content begin with its title and gives the title back. `named` is what the page's head calls it.
pub(super) fn settle(content: &Document, named: &str) -> String {
    let all = content.root().descendants().into_iter();
    let all: Vec<_> = all.filter_map(|node| level(&node).map(|level| (node, level))).collect();
    all.iter().for_each(|(heading, _)| drop_anchors(heading));
    let headings: Vec<_> = all.into_iter().filter(|(node, _)| !text(node).is_empty()).collect();
    let own = title_heading(&headings, named);
    let title = match (own, headings.first()) {
        (Some(index), _) => text(&headings[index].0),
        (None, Some((first, _))) if named.is_empty() => text(first),
        (None, _) => named.to_owned(),
    };
    let above = own.map_or(0, |index| headings[index].1);
    let others =
        headings.iter().enumerate().filter(|(index, _)| Some(*index) != own).map(|(_, heading)| heading);
    let settled = |level: usize| level.saturating_sub(above).max(1);
    let top = others.clone().map(|(_, level)| settled(*level)).min().unwrap_or(1);
    for (node, level) in others {
        node.rename(NAMES[(settled(*level) - top + 1).min(5)]);
    }
    if let Some(index) = own {
        headings[index].0.remove_from_parent();
    }
    if !title.is_empty() {
        let heading = content.tree.new_element("h1");
        heading.set_text(title.as_str());
        content.html_root().prepend_child(&heading);
    }
    title
}

/// The text of the only h1 of a whole page, frame aside: a better title than the head's, which names the site as well.
pub(super) fn only(document: &Document) -> Option<String> {
    let tops = document.select("h1");
    let [only] = tops.nodes() else { return None };
    drop_anchors(only);
    Some(text(only)).filter(|text| !text.is_empty())
}

/// The heading that is the page's title: its only h1, or a first heading that nothing stands above or before.
fn title_heading(headings: &[(NodeRef<'_>, usize)], named: &str) -> Option<usize> {
    let (first, level) = headings.first()?;
    let mut tops = headings.iter().enumerate().filter(|(_, (_, level))| *level == 1);
    match (tops.next(), tops.next()) {
        (Some((index, _)), None) => Some(index),
        (Some(_), Some(_)) => (text(first) == named).then_some(0),
        (None, _) => {
            let above = headings.iter().all(|(_, other)| other >= level);
            (above && !comes_after_text(first)).then_some(0)
        }
    }
}

fn comes_after_text(heading: &NodeRef<'_>) -> bool {
    let mut node = *heading;
    loop {
        let mut before = node.prev_sibling();
        while let Some(sibling) = before {
            if !sibling.is_comment() && sibling.normalized_char_count() > 0 {
                return true;
            }
            before = sibling.prev_sibling();
        }
        match node.parent() {
            Some(parent) => node = parent,
            None => return false,
        }
    }
}

fn level(node: &NodeRef<'_>) -> Option<usize> {
    NAMES.iter().position(|name| node.has_name(name)).map(|index| index + 1)
}

fn text(node: &NodeRef<'_>) -> String {
    node.text().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Headings often are, or hold, a link to themselves.
fn drop_anchors(heading: &NodeRef<'_>) {
    let links: Vec<_> = heading.descendants_it().filter(|node| node.has_name("a")).collect();
    for link in links {
        if matches!(text(&link).as_str(), "" | "#" | "¶" | "§" | "🔗" | "link" | "Permalink" | "Anchor") {
            link.remove_from_parent();
            continue;
        }
        for child in link.children() {
            link.insert_before(&child);
        }
        link.remove_from_parent();
    }
}
