//! "Attributed quotation": somebody's words, five or more, and whose they are.

use std::collections::{BTreeMap, HashSet};

use super::{count, language};
use crate::page::{Block, Cite, Kind, Page, Quote};

const SHORTEST: f64 = 5.0;

/// The attributed quotations of the main text, as written.
pub(crate) fn attributed(page: &Page<'_>) -> Vec<String> {
    let main: Vec<(usize, &Block)> = page.blocks.iter().enumerate().filter(|(_, block)| block.main).collect();
    let linked: HashSet<usize> = page.links.iter().filter(|link| link.main).map(|link| link.block).collect();
    let mut found: Vec<String> =
        main.iter().filter_map(|(at, block)| inline(block, linked.contains(at))).collect();
    let mut quotes: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (place, (_, block)) in main.iter().enumerate() {
        if let Some(quote) = block.quote {
            quotes.entry(quote).or_default().push(place);
        }
    }
    for (quote, places) in quotes {
        let (Some(first), Some(last)) = (places.first(), places.last()) else { continue };
        let blocks: Vec<&Block> = places.iter().map(|place| main[*place].1).collect();
        let text = blocks.iter().map(|block| block.text.as_str()).collect::<Vec<_>>().join(" ");
        let around = Around {
            signed_by_link: linked.contains(&main[*last].0),
            before: first.checked_sub(1).map(|place| main[place].1),
            after: main.get(last + 1).map(|(_, block)| *block),
            blocks,
        };
        if count(&text) >= SHORTEST && names_source(&page.quotes[quote], &around) {
            found.push(text);
        }
    }
    found
}

/// A block quotation and what stands around it.
struct Around<'b> {
    blocks: Vec<&'b Block>,
    /// Its last block links somewhere.
    signed_by_link: bool,
    before: Option<&'b Block>,
    after: Option<&'b Block>,
}

fn names_source(quote: &Quote, around: &Around<'_>) -> bool {
    let said = |text: &Option<String>| text.as_deref().is_some_and(|text| !text.trim().is_empty());
    let cited = around.blocks.iter().any(|block| cites_work(block));
    let signed = around.blocks.iter().any(|block| is_signature(&block.text) || tail_signature(&block.text));
    let follows = around.after.is_some_and(|block| is_signature(&block.text) && count(&block.text) <= 20.0);
    let introduced = around.before.is_some_and(|block| {
        block.kind == Kind::Paragraph
            && block.text.ends_with([':', '：'])
            && speaks(&block.text)
            && has_name(&block.text)
    });
    said(&quote.cite)
        || said(&quote.caption)
        || cited
        || signed
        || around.signed_by_link
        || follows
        || introduced
}

fn cites_work(block: &Block) -> bool {
    block.cites.iter().any(|(range, cite)| *cite == Cite::Work && !range.is_empty())
}

/// "— Ada Lovelace, 1843"
fn is_signature(text: &str) -> bool {
    let rest = text.trim_start_matches(['—', '–', '-', '―', ' ']);
    rest.len() < text.len() && rest.chars().next().is_some_and(char::is_alphabetic)
}

/// "… everything. — Ada Lovelace": a dash after the end of a sentence, and a few words.
fn tail_signature(text: &str) -> bool {
    let Some(at) = text.rfind(['—', '–', '―']) else { return false };
    let ended = text[..at].trim_end().ends_with(['.', '!', '?', '"', '”', '»', '“', '…']);
    ended && is_signature(&text[at..]) && count(&text[at..]) <= 12.0
}

/// Words in quotation marks (or `q`) in a block that says who spoke.
fn inline(block: &Block, linked: bool) -> Option<String> {
    if block.quote.is_some() || matches!(block.kind, Kind::Code | Kind::Heading(_)) {
        return None;
    }
    let marked =
        block.cites.iter().filter(|(_, cite)| *cite == Cite::Quotation).map(|(range, _)| range.clone());
    let ranges: Vec<_> = in_marks(&block.text).into_iter().chain(marked).collect();
    let range = ranges
        .into_iter()
        .find(|range| block.text.get(range.clone()).is_some_and(|text| count(text) >= SHORTEST))?;
    let (before, after) = (&block.text[..range.start], &block.text[range.end..]);
    let rest = format!("{before} {after}");
    let cited = cites_work(block);
    let dashed =
        is_signature(after.trim_start_matches(|c: char| {
            c.is_whitespace() || matches!(c, '"' | '”' | '»' | '“' | '.' | ',')
        }));
    let spoken = speaks(&rest) && (linked || has_name(&rest));
    (cited || dashed || spoken).then(|| block.text[range].to_owned())
}

/// Byte ranges between quotation marks, marks excluded.
pub(crate) fn in_marks(text: &str) -> Vec<std::ops::Range<usize>> {
    let mut ranges = Vec::new();
    let mut open: Option<(usize, &str)> = None;
    for (at, c) in text.char_indices() {
        match open {
            Some((start, closers)) if closers.contains(c) => {
                ranges.push(start..at);
                open = None;
            }
            Some(_) => {}
            None => {
                let closers = match c {
                    '"' => "\"",
                    '“' => "”“",
                    '„' => "“”",
                    '«' => "»",
                    '»' => "«",
                    '「' => "」",
                    '『' => "』",
                    _ => continue,
                };
                open = Some((at + c.len_utf8(), closers));
            }
        }
    }
    ranges
}

/// A verb of saying.
fn speaks(text: &str) -> bool {
    const VERBS: &[&str] = &[
        "said",
        "says",
        "say",
        "wrote",
        "writes",
        "write",
        "told",
        "tells",
        "stated",
        "states",
        "noted",
        "notes",
        "explained",
        "explains",
        "argued",
        "argues",
        "added",
        "adds",
        "according",
        "concluded",
        "concludes",
        "puts",
        "put",
        "reported",
        "reports",
        "warned",
        "warns",
        "called",
        "calls",
        "described",
        "describes",
        "defines",
        "defined",
        "recommends",
        "recommended",
        "reads",
        "observed",
        "observes",
        "claims",
        "claimed",
        "sagt",
        "sagte",
        "schreibt",
        "schrieb",
        "erklärt",
        "erklärte",
        "laut",
        "betont",
        "betonte",
        "zufolge",
        "meint",
        "dit",
        "écrit",
        "déclare",
        "déclaré",
        "explique",
        "expliqué",
        "selon",
        "affirme",
        "affirmé",
        "dijo",
        "dice",
        "escribió",
        "escribe",
        "según",
        "afirma",
        "afirmó",
        "explica",
        "explicó",
        "disse",
        "scrive",
        "secondo",
        "spiega",
        "afferma",
        "escreveu",
        "segundo",
        "afirmou",
        "explicou",
        "zei",
        "zegt",
        "schreef",
        "schrijft",
        "volgens",
        "aldus",
        "legt",
    ];
    const WIDE: &[&str] = &[
        "说",
        "說",
        "表示",
        "指出",
        "称",
        "稱",
        "写道",
        "寫道",
        "述べ",
        "語っ",
        "語る",
        "言っ",
        "によると",
        "によれば",
    ];
    let folded = super::fold(text);
    folded.split(' ').any(|word| VERBS.contains(&word)) || WIDE.iter().any(|verb| text.contains(verb))
}

/// A capitalised word that is no function word; scripts without capitals are believed.
fn has_name(text: &str) -> bool {
    let words = text.split(|c: char| !c.is_alphanumeric() && c != '-');
    let named = words.clone().any(|word| {
        word.chars().count() > 1
            && word.starts_with(char::is_uppercase)
            && !language::is_function_word(&word.to_lowercase())
    });
    let bicameral = text.chars().any(char::is_lowercase);
    named || !bicameral
}
