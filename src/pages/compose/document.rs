//! The document's front matter and the note on who wrote it.

use toml::{Table, Value};

use super::Setting;
use crate::llm::PageDraft;
use crate::pages::model::Source;

/// Search results cut titles and descriptions off; these are the upper bounds of audit-checks.
const LONGEST_DESCRIPTION: usize = 160;

const SANDBOX_NOTE: &str = "> [!NOTE]\n> Arranged by the sandbox engine: every sentence is taken from the sources below, \
    without a language model.\n\n";

/// The whole document.
pub(super) fn write(draft: &PageDraft, setting: &Setting<'_>, cited: &[&Source], body: &str) -> String {
    let page = setting.page;
    let mut front = Table::new();
    front.insert("title".into(), page.title.as_str().into());
    let description = if page.brief.text.is_empty() { &draft.description } else { &page.brief.text };
    front.insert("description".into(), shorten(description).into());
    front.insert("kind".into(), page.kind.as_str().into());
    front.insert("date".into(), setting.published.as_str().into());
    front.insert("updated".into(), setting.updated.as_str().into());
    if let Some(weight) = page.brief.weight {
        front.insert("weight".into(), weight.into());
    }
    for (key, words) in [("tags", &page.brief.tags), ("authors", &page.brief.authors)] {
        if !words.is_empty() {
            front.insert(key.into(), words.clone().into());
        }
    }
    if !cited.is_empty() {
        front.insert(
            "sources".into(),
            Value::Array(cited.iter().map(|source| source_table(source)).collect()),
        );
    }
    let note = if setting.sandbox { SANDBOX_NOTE } else { "" };
    format!("+++\n{front}+++\n\n{}\n\n{note}", body.trim()).trim_end().to_owned() + "\n"
}

fn source_table(source: &Source) -> Value {
    let mut table = Table::new();
    table.insert("title".into(), source.title.as_str().into());
    if source.address.starts_with("http://") || source.address.starts_with("https://") {
        table.insert("url".into(), source.address.as_str().into());
    }
    Value::Table(table)
}

/// At most as long as search results show, cut between words.
fn shorten(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.chars().count() <= LONGEST_DESCRIPTION {
        return text;
    }
    let mut short = String::new();
    for word in text.split(' ') {
        if short.chars().count() + word.chars().count() + 2 > LONGEST_DESCRIPTION {
            break;
        }
        if !short.is_empty() {
            short.push(' ');
        }
        short.push_str(word);
    }
    short + "…"
}
