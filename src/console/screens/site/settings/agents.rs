//! Who may read the site by machine, as a table: by what agents read for, and each of them by itself where wished.

use press::{AGENTS, Purpose};
use serde::Serialize;
use toml_edit::{DocumentMut, Item};

use super::form::Field;

/// The group of these fields; they stand in a table of their own.
pub(super) const GROUP: &str = "Who may read by machine";
const ACCESS: [&str; 2] = ["allow", "deny"];
const PURPOSES: [(Purpose, &str, &str); 3] = [
    (Purpose::Search, "search", "Search and answer engines"),
    (Purpose::UserFetch, "user_fetch", "Fetchers that act for a person"),
    (Purpose::Training, "training", "Collectors of training data"),
];

/// Agents that read for the same.
#[derive(Serialize)]
pub(super) struct Kind {
    rule: Field,
    agents: Vec<Line>,
}

/// One agent.
#[derive(Serialize)]
struct Line {
    token: String,
    operator: &'static str,
    rule: Field,
}

/// One field for each purpose, one for each agent, and the paths.
pub(super) fn fields(document: &DocumentMut) -> Vec<Field> {
    let by_purpose = PURPOSES.iter().map(|(_, key, label)| {
        Field::at(&["robots", key], label, GROUP, "choice", "").choosing(&ACCESS, "allow")
    });
    let named = named(document);
    let known = AGENTS.iter().map(|agent| {
        // As the owner writes it: tokens are compared without case.
        named.iter().find(|token| token.eq_ignore_ascii_case(agent.token)).map_or(agent.token, String::as_str)
    });
    let others = named.iter().filter(|token| !is_known(token)).map(String::as_str);
    let by_agent = known.chain(others).map(|token| {
        Field::at(&["robots", "agents", token], token, GROUP, "choice", "")
            .choosing(&["", "allow", "deny"], "")
    });
    let paths = "One in a line, each begins with a slash.";
    let paths = Field::at(&["robots", "disallow"], "Paths that no machine is to read", GROUP, "lines", paths);
    by_purpose.chain(by_agent).chain([paths]).collect()
}

/// The agents that the owner names.
fn named(document: &DocumentMut) -> Vec<String> {
    let agents = document.get("robots").and_then(|robots| robots.get("agents")).and_then(Item::as_table_like);
    agents.map_or_else(Vec::new, |agents| agents.iter().map(|(token, _)| token.to_owned()).collect())
}

fn is_known(token: &str) -> bool {
    AGENTS.iter().any(|agent| agent.token.eq_ignore_ascii_case(token))
}

/// The table: for each purpose its rule and its agents by operator; then those that only the owner knows, and the paths.
pub(super) fn table(fields: &[Field]) -> (Vec<Kind>, Vec<Field>, Option<Field>) {
    let of = |token: &str| {
        let is_its = |field: &&Field| field.path.eq_ignore_ascii_case(&format!("robots.agents.{token}"));
        fields.iter().find(is_its).cloned()
    };
    let kind = |(purpose, key, _): &(Purpose, &str, &str)| {
        let rule = fields.iter().find(|field| field.path == format!("robots.{key}")).cloned()?;
        let its = AGENTS.iter().filter(|agent| agent.purpose == *purpose);
        let mut agents: Vec<Line> = its
            .filter_map(|agent| {
                Some(Line { token: agent.token.to_owned(), operator: agent.operator, rule: of(agent.token)? })
            })
            .collect();
        agents.sort_by(|a, b| (a.operator, &a.token).cmp(&(b.operator, &b.token)));
        Some(Kind { rule, agents })
    };
    let others = fields
        .iter()
        .filter(|field| field.path.strip_prefix("robots.agents.").is_some_and(|token| !is_known(token)));
    let paths = fields.iter().find(|field| field.path == "robots.disallow").cloned();
    (PURPOSES.iter().filter_map(kind).collect(), others.cloned().collect(), paths)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_agent_stands_once_in_the_table_as_the_owner_spells_it() {
        let text = "[robots]\nagents = { gptbot = \"deny\", \"Own.Bot\" = \"allow\" }\n";
        let document: DocumentMut = text.parse().unwrap();
        let fields: Vec<Field> = fields(&document).into_iter().map(|field| field.filled(&document)).collect();
        let (kinds, others, paths) = table(&fields);
        let lines: Vec<&Line> = kinds.iter().flat_map(|kind| &kind.agents).collect();
        assert_eq!((kinds.len(), lines.len(), paths.is_some()), (3, AGENTS.len(), true));
        let gptbot = lines.iter().find(|line| line.token == "GPTBot").unwrap();
        assert_eq!((gptbot.rule.path.as_str(), gptbot.rule.value.as_str()), ("robots.agents.gptbot", "deny"));
        assert_eq!(gptbot.operator, "OpenAI");
        assert_eq!(others.iter().map(|field| field.label.as_str()).collect::<Vec<_>>(), ["Own.Bot"]);
    }
}
