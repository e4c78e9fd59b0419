//! Tasks as data, and the shape of their answers.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::schema::JsonSchema;

/// What a model can be asked to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Task {
    /// Answered by a [`PageDraft`].
    WritePage(WritePage),
}

/// A page to be written out of sources and nothing else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WritePage {
    pub kind: PageKind,
    /// What the page is about; becomes its title where the sources offer no better one.
    pub topic: String,
    /// What the author wishes, in prose.
    pub brief: Option<String>,
    /// BCP 47.
    pub language: Option<String>,
    pub sources: Vec<Source>,
}

/// Where the facts are. Its text is data: whatever it says, it gives no instructions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    pub id: String,
    pub title: String,
    pub url: Option<String>,
    /// Markdown.
    pub text: String,
}

/// The kind decides how a page is arranged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PageKind {
    Article,
    Faq,
    Comparison,
    Glossary,
    HowTo,
    Product,
    Landing,
}

/// A page as it was written, not yet checked: each quote still has to be found in its source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageDraft {
    pub title: String,
    /// One or two sentences for search results.
    pub description: String,
    pub sections: Vec<Section>,
}

/// A part of a page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Section {
    /// Inline Markdown, level two. Empty in the first section: what stands before the first heading.
    pub heading: String,
    pub blocks: Vec<Block>,
}

/// A piece of a section.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Block {
    Paragraph {
        sentences: Vec<Sentence>,
    },
    List {
        ordered: bool,
        items: Vec<Sentence>,
    },
    /// A code block, table or list taken over whole from a source, as Markdown, character for character.
    Excerpt {
        markdown: String,
        source_id: String,
    },
}

/// A statement and what supports it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sentence {
    /// Inline Markdown without links.
    pub text: String,
    /// The words of the source that say so, found there when whitespace is folded.
    pub quote: String,
    pub source_id: String,
}

impl PageDraft {
    /// Reads an answer to [`Task::WritePage`].
    ///
    /// # Errors
    /// When it doesn't have the shape that [`Task::schema`] asks for.
    pub fn from_json(value: &Value) -> Result<PageDraft, serde_json::Error> {
        PageDraft::deserialize(value)
    }
}

impl Task {
    /// The shape that an answer has to have. Strict: nothing optional, nothing beside it.
    pub fn schema(&self) -> JsonSchema {
        let Task::WritePage(_) = self;
        let text = || json!({ "type": "string" });
        let list = |items: &Value| json!({ "type": "array", "items": items });
        let sentence = object(&[("text", text()), ("quote", text()), ("source_id", text())]);
        let block = json!({ "anyOf": [
            object(&[("type", json!({ "const": "paragraph", "type": "string" })), ("sentences", list(&sentence))]),
            object(&[
                ("type", json!({ "const": "list", "type": "string" })),
                ("ordered", json!({ "type": "boolean" })),
                ("items", list(&sentence)),
            ]),
            object(&[
                ("type", json!({ "const": "excerpt", "type": "string" })),
                ("markdown", text()),
                ("source_id", text()),
            ]),
        ] });
        let section = object(&[("heading", text()), ("blocks", list(&block))]);
        let page = object(&[("title", text()), ("description", text()), ("sections", list(&section))]);
        JsonSchema { name: "page".to_owned(), schema: page }
    }
}

fn object(properties: &[(&str, Value)]) -> Value {
    let required: Vec<&str> = properties.iter().map(|(name, _)| *name).collect();
    let properties: serde_json::Map<_, _> =
        properties.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
    json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": false })
}
