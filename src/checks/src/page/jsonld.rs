//! JSON-LD as it stands in a page.

use serde_json::{Map, Value};

/// One `script type="application/ld+json"`.
#[derive(Debug, Clone)]
pub(crate) struct JsonLd {
    pub(crate) text: String,
    /// The value, or what is wrong with it.
    pub(crate) value: Result<Value, String>,
}

impl JsonLd {
    pub(crate) fn read(text: &str) -> JsonLd {
        let value = match serde_json::from_str::<Value>(text.trim()) {
            Ok(value @ (Value::Object(_) | Value::Array(_))) => Ok(value),
            Ok(_) => Err("neither an object nor a list".to_owned()),
            Err(error) => Err(error.to_string()),
        };
        JsonLd { text: text.to_owned(), value }
    }
}

pub(crate) type Node = Map<String, Value>;

impl super::Page<'_> {
    /// Every object in the page's JSON-LD, outer before inner, up to a number that no honest page reaches.
    /// (serde_json bounds the depth at 128.)
    pub(crate) fn nodes(&self) -> Vec<&Node> {
        let mut nodes = Vec::new();
        for value in self.json_ld.iter().filter_map(|block| block.value.as_ref().ok()) {
            collect(value, &mut nodes);
        }
        nodes
    }

    /// The objects that are things of these types.
    pub(crate) fn typed<'a>(&'a self, types: &[&str]) -> Vec<&'a Node> {
        self.nodes().into_iter().filter(|node| is_a(node, types)).collect()
    }

    /// The object itself, or the one it refers to by `@id`.
    pub(crate) fn resolve<'a>(&'a self, node: &'a Node) -> &'a Node {
        let Some(id) = node.get("@id").and_then(Value::as_str) else { return node };
        let fuller = |other: &&Node| other.len() > 1 && other.get("@id").and_then(Value::as_str) == Some(id);
        if node.len() > 1 { node } else { self.nodes().into_iter().find(fuller).unwrap_or(node) }
    }

    /// The objects a property holds: one, a list, or references.
    pub(crate) fn objects<'a>(&'a self, node: &'a Node, key: &str) -> Vec<&'a Node> {
        let held = match node.get(key) {
            Some(Value::Array(all)) => all.iter().collect(),
            Some(one) => vec![one],
            None => Vec::new(),
        };
        held.into_iter().filter_map(Value::as_object).map(|node| self.resolve(node)).collect()
    }
}

const MOST_NODES: usize = 5_000;

fn collect<'v>(value: &'v Value, nodes: &mut Vec<&'v Node>) {
    if nodes.len() >= MOST_NODES {
        return;
    }
    match value {
        Value::Object(node) => {
            nodes.push(node);
            node.values().for_each(|inner| collect(inner, nodes));
        }
        Value::Array(all) => all.iter().for_each(|inner| collect(inner, nodes)),
        _ => {}
    }
}

/// The types of an object, without the vocabulary's address.
pub(crate) fn types(node: &Node) -> impl Iterator<Item = &str> {
    let values = match node.get("@type") {
        Some(Value::Array(all)) => all.as_slice(),
        Some(one) => std::slice::from_ref(one),
        None => &[],
    };
    values.iter().filter_map(Value::as_str).map(|name| name.rsplit(['/', '#', ':']).next().unwrap_or(name))
}

pub(crate) fn is_a(node: &Node, wanted: &[&str]) -> bool {
    types(node).any(|name| wanted.contains(&name))
}

/// Kinds of Article at schema.org.
pub(crate) const ARTICLES: &[&str] = &[
    "Article",
    "NewsArticle",
    "BlogPosting",
    "TechArticle",
    "ScholarlyArticle",
    "Report",
    "AnalysisNewsArticle",
    "OpinionNewsArticle",
    "ReviewNewsArticle",
    "BackgroundNewsArticle",
    "ReportageNewsArticle",
    "LiveBlogPosting",
    "SocialMediaPosting",
    "AdvertiserContentArticle",
    "SatiricalArticle",
    "MedicalScholarlyArticle",
    "APIReference",
];

/// Kinds of Organization whose name and profiles are an organisation's.
pub(crate) const ORGANIZATIONS: &[&str] = &[
    "Organization",
    "Corporation",
    "LocalBusiness",
    "NGO",
    "EducationalOrganization",
    "GovernmentOrganization",
    "NewsMediaOrganization",
    "OnlineBusiness",
    "OnlineStore",
    "Project",
    "ResearchOrganization",
    "MedicalOrganization",
    "Store",
    "Restaurant",
    "ProfessionalService",
    "CollegeOrUniversity",
    "School",
    "Hospital",
    "Library",
    "Airline",
];

/// A string property that says something.
pub(crate) fn string<'n>(node: &'n Node, key: &str) -> Option<&'n str> {
    let value = match node.get(key) {
        Some(Value::Array(all)) => all.first(),
        other => other,
    };
    value.and_then(Value::as_str).map(str::trim).filter(|value| !value.is_empty())
}

/// Things that are the page, or what it is about, rather than parts of it (a comment, a review).
pub(crate) fn is_page_kind(node: &Node) -> bool {
    const KINDS: &[&str] = &[
        "WebPage",
        "FAQPage",
        "AboutPage",
        "ContactPage",
        "CollectionPage",
        "ItemPage",
        "QAPage",
        "ProfilePage",
        "HowTo",
        "Dataset",
        "DefinedTerm",
        "DefinedTermSet",
        "Product",
        "CreativeWork",
        "LearningResource",
        "Course",
        "Recipe",
        "Book",
        "SoftwareApplication",
        "VideoObject",
        "SpecialAnnouncement",
        "Guide",
        "MedicalWebPage",
    ];
    is_a(node, ARTICLES) || is_a(node, KINDS)
}
