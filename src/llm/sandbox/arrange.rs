//! A page out of parts: which ones, in which order, under which headings.

use super::super::task::{Block, PageDraft, PageKind, Section, WritePage};
use super::choose::{Measure, Said, blocks, strength};
use super::divide::{divide, length};
use super::outline::{Part, Piece, read};
use super::plain::{self, plain};
use super::proof::complete;
use super::statement::Statement;
use super::words::{Weights, words};

/// Pages shorter than this are filled up, as far as the sources go.
const ENOUGH: usize = 320;
const LONGEST_DESCRIPTION: usize = 160;

/// What a kind of page takes.
struct Plan {
    sections: usize,
    words: usize,
    blocks: bool,
}

fn plan(kind: PageKind) -> Plan {
    match kind {
        PageKind::Article | PageKind::HowTo => Plan { sections: 9, words: 1_100, blocks: true },
        PageKind::Comparison => Plan { sections: 8, words: 900, blocks: true },
        PageKind::Faq => Plan { sections: 12, words: 900, blocks: true },
        PageKind::Glossary => Plan { sections: 14, words: 900, blocks: false },
        PageKind::Product => Plan { sections: 6, words: 700, blocks: true },
        PageKind::Landing => Plan { sections: 5, words: 450, blocks: true },
    }
}

/// Writes the page. `None` if the sources hold not one sentence that can be taken.
pub(super) fn page(task: &WritePage) -> Option<PageDraft> {
    let parts: Vec<Part> =
        task.sources.iter().enumerate().flat_map(|(index, source)| read(index, &source.text)).collect();
    let wanted = format!("{} {}", task.topic, task.brief.as_deref().unwrap_or_default());
    let weights = Weights::new(parts.iter().flat_map(sentences).map(|one| one.words.as_slice()), &wanted);
    let plan = plan(task.kind);
    let mut sections = Vec::new();
    for widen in [1, 2, 4] {
        sections = arrange(task, &parts, &weights, &plan, widen);
        if sections.iter().map(section_words).sum::<usize>() >= ENOUGH {
            break;
        }
    }
    let paragraph = |block: &Block| matches!(block, Block::Paragraph { .. });
    if !sections.iter().flat_map(|section| &section.blocks).any(paragraph) {
        return None;
    }
    divide(&mut sections, &weights);
    let first = sections.first()?;
    Some(PageDraft { title: plain(&task.topic), description: description(first), sections })
}

fn arrange(task: &WritePage, parts: &[Part], weights: &Weights, plan: &Plan, widen: usize) -> Vec<Section> {
    let main = main_source(task, weights);
    let chosen = best(task, parts, weights, plan.sections * widen, main);
    let share = plan.words * widen / chosen.len().max(1);
    let measure = Measure { words: share.clamp(70, 260 * widen), blocks: plan.blocks };
    let mut said = Said::default();
    let mut lead = Vec::new();
    let mut sections: Vec<Section> = Vec::new();
    for part in chosen {
        let source = &task.sources[part.source];
        let found = blocks(part, source, weights, measure, &mut said);
        if found.is_empty() {
            continue;
        }
        if part.heading.is_empty() && part.source == main && task.kind != PageKind::Comparison {
            lead.extend(found);
            continue;
        }
        let heading = heading(task, part);
        match sections
            .iter_mut()
            .find(|section| plain(&section.heading).eq_ignore_ascii_case(&plain(&heading)))
        {
            Some(section) => section.blocks.extend(found),
            None => sections.push(Section { heading, blocks: found }),
        }
    }
    complete(task, parts, &mut sections, &mut said);
    if lead.is_empty() {
        lead = take_lead(&mut sections);
    }
    if !lead.is_empty() {
        sections.insert(0, Section { heading: String::new(), blocks: lead });
    }
    sections
}

/// The parts that say most about the topic, in the order of the sources.
fn best<'a>(
    task: &WritePage,
    parts: &'a [Part],
    weights: &Weights,
    many: usize,
    main: usize,
) -> Vec<&'a Part> {
    // A way in begins with what its subject is, however short the source says it.
    let opens =
        |part: &Part| task.kind == PageKind::Landing && part.source == main && part.heading.is_empty();
    let mut ranked: Vec<(usize, f64)> = parts
        .iter()
        .enumerate()
        .filter(|(_, part)| !part.pieces.is_empty() && !is_appendix(&part.heading))
        .map(|(index, part)| (index, strength(part, weights) * (1.0 + nearness(task, part, weights))))
        .filter(|(_, score)| *score > 0.0)
        .map(|(index, score)| (index, if opens(&parts[index]) { f64::MAX } else { score }))
        .collect();
    ranked.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    ranked.truncate(many);
    ranked.sort_by_key(|(index, _)| *index);
    ranked.into_iter().map(|(index, _)| &parts[index]).collect()
}

/// How near a part stands to the topic, by its heading, its source's title and its text.
fn nearness(task: &WritePage, part: &Part, weights: &Weights) -> f64 {
    let text: Vec<String> = sentences(part).flat_map(|one| one.words.iter().cloned()).collect();
    let source = &task.sources[part.source];
    weights.asked(&words(&part.heading)) * 2.0
        + weights.asked(&words(&source.title)) * if task.sources.len() > 1 { 2.0 } else { 0.0 }
        + weights.asked(&text)
}

fn main_source(task: &WritePage, weights: &Weights) -> usize {
    let titles = task.sources.iter().map(|source| weights.asked(&words(&source.title))).enumerate();
    titles.fold((0, 0.0), |best, (index, asked)| if asked > best.1 { (index, asked) } else { best }).0
}

fn heading(task: &WritePage, part: &Part) -> String {
    let source = &task.sources[part.source];
    let own = if part.heading.is_empty() || task.kind == PageKind::Comparison {
        &source.title
    } else {
        &part.heading
    };
    let english = task.language.as_deref().is_none_or(|language| language.starts_with("en"));
    match task.kind {
        PageKind::Faq if own.ends_with('?') => own.clone(),
        PageKind::Faq if english && asks(own) => format!("{own}?"),
        PageKind::Faq if english => format!("What should you know about {}?", plain::lower_first(own)),
        PageKind::Faq => format!("{own}?"),
        _ => own.clone(),
    }
}

/// Whether a heading is a question but for its mark.
fn asks(heading: &str) -> bool {
    let first = heading.split_whitespace().next().unwrap_or_default().to_lowercase();
    [
        "what", "which", "who", "whose", "when", "where", "why", "how", "is", "are", "can", "do", "does",
        "should",
    ]
    .contains(&first.as_str())
}

/// Headings under which nothing stands that a page is made of.
fn is_appendix(heading: &str) -> bool {
    const APPENDIX: &[&str] = &[
        "references",
        "see also",
        "external links",
        "further reading",
        "contents",
        "table of contents",
        "comments",
        "navigation",
        "related",
        "related articles",
        "footnotes",
        "exercises",
        "quiz",
        "changelog",
        "licence",
        "license",
    ];
    APPENDIX.contains(&plain(heading).to_lowercase().as_str())
}

/// The first paragraph of the first section, where no source offers an opening.
fn take_lead(sections: &mut Vec<Section>) -> Vec<Block> {
    let Some(first) = sections.first_mut() else { return Vec::new() };
    let at = first.blocks.iter().position(|block| {
        matches!(block, Block::Paragraph { sentences } if sentences.last().is_some_and(|last| !last.text.ends_with(':')))
    });
    let lead = at.map(|at| vec![first.blocks.remove(at)]).unwrap_or_default();
    sections.retain(|section| !section.blocks.is_empty());
    lead
}

fn sentences(part: &Part) -> impl Iterator<Item = &Statement> {
    part.pieces.iter().flat_map(|piece| match piece {
        Piece::Prose(statements) => statements.as_slice(),
        Piece::List { items, .. } => items,
        Piece::Excerpt { .. } => &[],
    })
}

fn section_words(section: &Section) -> usize {
    section.blocks.iter().map(length).sum()
}

/// The first sentences of the lead, as far as search results show them.
fn description(lead: &Section) -> String {
    let mut sentences = lead.blocks.iter().flat_map(|block| match block {
        Block::Paragraph { sentences } => sentences.as_slice(),
        Block::List { items, .. } => items,
        Block::Excerpt { .. } => &[],
    });
    let mut text = sentences.next().map(|one| plain(&one.text)).unwrap_or_default();
    for more in sentences.map(|one| plain(&one.text)) {
        if text.chars().count() >= 70 || text.chars().count() + more.chars().count() >= LONGEST_DESCRIPTION {
            break;
        }
        text = format!("{text} {more}");
    }
    plain::cut(&text, LONGEST_DESCRIPTION)
}
