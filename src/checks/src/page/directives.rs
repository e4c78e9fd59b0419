//! What a page tells robots: `meta name=robots` and `X-Robots-Tag`.

use jiff::Timestamp;

use super::Page;
use crate::robots::agents;

/// A directive and where it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Directive {
    /// `noindex`, `max-snippet:0`; lower case.
    pub(crate) value: String,
    /// As seen: `<meta name="robots" content="noindex">`, `X-Robots-Tag: noindex`.
    pub(crate) evidence: String,
}

impl Page<'_> {
    /// Directives that bind a search or answer engine.
    pub(crate) fn directives(&self) -> Vec<Directive> {
        let metas = self.head.metas.iter().filter(|(name, _)| binds(name)).flat_map(|(name, content)| {
            split(content, &format!("<meta name=\"{name}\" content=\"{content}\">"))
        });
        let headers = self.document.header("x-robots-tag").flat_map(|value| {
            // "googlebot: noindex" speaks to one agent, "noindex" to all, "max-snippet: 0" is no agent.
            let rules = match value.split_once(':') {
                Some((agent, rest)) if !is_valued(agent) => {
                    if binds(agent.trim()) {
                        rest
                    } else {
                        ""
                    }
                }
                _ => value,
            };
            split(rules, &format!("X-Robots-Tag: {value}"))
        });
        metas.chain(headers).collect()
    }

    /// The directive that keeps the page out of an index.
    pub(crate) fn noindex(&self) -> Option<Directive> {
        self.directives().into_iter().find(|directive| matches!(directive.value.as_str(), "noindex" | "none"))
    }

    /// A date after which the page is to be forgotten, if it has passed.
    pub(crate) fn expired(&self, now: Timestamp) -> Option<Directive> {
        let after =
            |value: &str| value.strip_prefix("unavailable_after:").and_then(crate::words::dates::instant);
        self.directives().into_iter().find(|directive| after(&directive.value).is_some_and(|date| date < now))
    }
}

fn is_valued(name: &str) -> bool {
    let name = name.trim().to_ascii_lowercase();
    name.contains(',')
        || matches!(&*name, "max-snippet" | "max-image-preview" | "max-video-preview" | "unavailable_after")
}

/// Whether a rule under this name binds engines: all of them, or one of the listed agents that is not for training.
fn binds(name: &str) -> bool {
    name.eq_ignore_ascii_case("robots") || agents::is_reader(name)
}

fn split(content: &str, evidence: &str) -> Vec<Directive> {
    let lower = content.to_ascii_lowercase();
    // A date may hold commas ("unavailable_after: Sat, 21 Nov 2026"): it runs to the end.
    let (rules, date) = match lower.find("unavailable_after") {
        Some(at) => lower.split_at(at),
        None => (lower.as_str(), ""),
    };
    let rules = rules.split(',').map(|one| one.split_whitespace().collect::<String>());
    let date = date.split_whitespace().collect::<Vec<_>>().join(" ").replacen(": ", ":", 1);
    rules
        .chain([date])
        .filter(|value| !value.is_empty())
        .map(|value| Directive { value, evidence: evidence.to_owned() })
        .collect()
}
