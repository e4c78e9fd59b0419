//! schema.org types, as far as pages use them. Serialised in the order of the fields, so that output is stable.

use serde::Serialize;

/// `{"@id": …}`: points at another node of the graph.
#[derive(Serialize)]
pub(super) struct Reference {
    #[serde(rename = "@id")]
    pub id: String,
}

#[derive(Serialize)]
pub(super) struct Graph {
    #[serde(rename = "@context")]
    pub context: &'static str,
    #[serde(rename = "@graph")]
    pub graph: Vec<Node>,
}

#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum Node {
    Organization(Organization),
    WebSite(WebSite),
    Page(Box<Page>),
    BreadcrumbList(BreadcrumbList),
}

#[derive(Serialize)]
pub(super) struct Organization {
    #[serde(rename = "@type")]
    pub r#type: &'static str,
    #[serde(rename = "@id")]
    pub id: String,
    pub name: String,
    pub url: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logo: Option<String>,
    #[serde(rename = "sameAs", skip_serializing_if = "Vec::is_empty")]
    pub same_as: Vec<String>,
}

#[derive(Serialize)]
pub(super) struct WebSite {
    #[serde(rename = "@type")]
    pub r#type: &'static str,
    #[serde(rename = "@id")]
    pub id: String,
    pub url: String,
    pub name: String,
    pub publisher: Reference,
    #[serde(rename = "inLanguage")]
    pub in_language: String,
}

/// WebPage, Article and all their kinds: one struct, because most of their properties are the same.
#[derive(Serialize, Default)]
pub(super) struct Page {
    #[serde(rename = "@type")]
    pub r#type: &'static str,
    #[serde(rename = "@id")]
    pub id: String,
    pub url: String,
    pub name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub headline: Option<String>,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub description: String,
    #[serde(rename = "inLanguage")]
    pub in_language: String,
    #[serde(rename = "isPartOf", skip_serializing_if = "Option::is_none")]
    pub is_part_of: Option<Reference>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub breadcrumb: Option<Reference>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub author: Vec<Author>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub publisher: Option<Reference>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
    #[serde(rename = "datePublished", skip_serializing_if = "Option::is_none")]
    pub date_published: Option<String>,
    #[serde(rename = "dateModified", skip_serializing_if = "Option::is_none")]
    pub date_modified: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub citation: Vec<String>,
    #[serde(rename = "mainEntity", skip_serializing_if = "Vec::is_empty")]
    pub main_entity: Vec<Entity>,
}

#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum Author {
    Person {
        #[serde(rename = "@type")]
        r#type: &'static str,
        name: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        url: Option<String>,
    },
    Organization(Reference),
}

/// What a page is about, where its kind says so.
#[derive(Serialize)]
#[serde(tag = "@type")]
pub(super) enum Entity {
    Question {
        name: String,
        #[serde(rename = "acceptedAnswer")]
        accepted_answer: Answer,
    },
    DefinedTerm {
        #[serde(rename = "@id")]
        id: String,
        name: String,
        #[serde(skip_serializing_if = "String::is_empty")]
        description: String,
    },
    HowTo {
        #[serde(rename = "@id")]
        id: String,
        name: String,
        step: Vec<Step>,
    },
    Product {
        #[serde(rename = "@id")]
        id: String,
        name: String,
        #[serde(skip_serializing_if = "String::is_empty")]
        description: String,
        brand: Reference,
        offers: Offer,
    },
    ItemList {
        #[serde(rename = "itemListElement")]
        elements: Vec<ListItem>,
    },
}

#[derive(Serialize)]
#[serde(tag = "@type")]
pub(super) enum Answer {
    Answer { text: String },
}

#[derive(Serialize)]
#[serde(tag = "@type")]
pub(super) enum Step {
    HowToStep { position: usize, text: String },
}

#[derive(Serialize)]
#[serde(tag = "@type")]
pub(super) enum Offer {
    Offer {
        price: String,
        #[serde(rename = "priceCurrency")]
        price_currency: String,
    },
}

#[derive(Serialize)]
pub(super) struct BreadcrumbList {
    #[serde(rename = "@type")]
    pub r#type: &'static str,
    #[serde(rename = "@id")]
    pub id: String,
    #[serde(rename = "itemListElement")]
    pub elements: Vec<ListItem>,
}

#[derive(Serialize)]
pub(super) struct ListItem {
    #[serde(rename = "@type")]
    pub r#type: &'static str,
    pub position: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub item: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}
