//! The agents that matter for being cited: dated data, in this one file.

use serde::Serialize;

/// The day on which this list was last compared with the operators' documentation.
///
/// It was read in stored copies and public registries of agents; the addresses of ranges were not fetched. Whoever
/// verifies requests by them checks first that they answer.
pub const CHECKED: &str = "2026-11-21";

/// What an operator fetches pages for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Purpose {
    /// The index of a search engine.
    Search,
    /// The index that answers are made from.
    Answer,
    /// One page, because somebody asked for it just now.
    UserFetch,
    /// The training of models.
    Training,
}

/// How a request can be told from one that only borrows the name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case", tag = "by", content = "at")]
pub enum Verify {
    /// The address resolves to a name under one of these, and that name back to the address.
    ReverseDns(&'static [&'static str]),
    /// The operator publishes its ranges at this address.
    Ranges(&'static str),
    /// The token only steers what is done with pages: no request carries it.
    NoRequests,
    /// The operator publishes no way.
    Unpublished,
}

/// An agent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Agent {
    /// Product token, as robots.txt names it.
    pub token: &'static str,
    /// Who runs it.
    pub operator: &'static str,
    /// What for.
    pub purpose: Purpose,
    /// How to know it.
    pub verify: Verify,
}

const fn agent(token: &'static str, operator: &'static str, purpose: Purpose, verify: Verify) -> Agent {
    Agent { token, operator, purpose, verify }
}

use Purpose::{Answer, Search, Training, UserFetch};
use Verify::{NoRequests, Ranges, ReverseDns, Unpublished};

const ANTHROPIC: Verify = Ranges("https://claude.com/crawling/bots.json");
const AMAZON: Verify = ReverseDns(&["crawl.amazonbot.amazon"]);
const APPLE: Verify = ReverseDns(&["applebot.apple.com"]);
const GOOGLE: Verify = ReverseDns(&["googlebot.com", "google.com"]);

/// The list.
pub static AGENTS: &[Agent] = &[
    agent("Googlebot", "Google", Search, GOOGLE),
    agent("Bingbot", "Microsoft", Search, ReverseDns(&["search.msn.com"])),
    agent("OAI-SearchBot", "OpenAI", Answer, Ranges("https://openai.com/searchbot.json")),
    agent("Claude-SearchBot", "Anthropic", Answer, ANTHROPIC),
    agent("PerplexityBot", "Perplexity", Answer, Ranges("https://www.perplexity.com/perplexitybot.json")),
    agent("Applebot", "Apple", Answer, APPLE),
    agent("DuckAssistBot", "DuckDuckGo", Answer, Ranges("https://duckduckgo.com/duckassistbot.json")),
    agent("Amzn-SearchBot", "Amazon", Answer, AMAZON),
    agent("ChatGPT-User", "OpenAI", UserFetch, Ranges("https://openai.com/chatgpt-user.json")),
    agent("Claude-User", "Anthropic", UserFetch, ANTHROPIC),
    agent(
        "Perplexity-User",
        "Perplexity",
        UserFetch,
        Ranges("https://www.perplexity.com/perplexity-user.json"),
    ),
    agent("MistralAI-User", "Mistral", UserFetch, Ranges("https://mistral.ai/mistralai-user-ips.json")),
    agent("GPTBot", "OpenAI", Training, Ranges("https://openai.com/gptbot.json")),
    agent("ClaudeBot", "Anthropic", Training, ANTHROPIC),
    agent("Google-Extended", "Google", Training, NoRequests),
    agent("Applebot-Extended", "Apple", Training, NoRequests),
    agent("CCBot", "Common Crawl", Training, ReverseDns(&["crawl.commoncrawl.org"])),
    agent("Bytespider", "ByteDance", Training, Unpublished),
    agent("meta-externalagent", "Meta", Training, Unpublished),
    agent("Amazonbot", "Amazon", Training, AMAZON),
];

/// The agents with this purpose.
pub fn with(purpose: Purpose) -> impl Iterator<Item = &'static Agent> {
    AGENTS.iter().filter(move |agent| agent.purpose == purpose)
}

/// Whether rules under this name keep a page out of an index or an answer.
pub(crate) fn is_reader(name: &str) -> bool {
    AGENTS.iter().any(|agent| agent.purpose != Training && agent.token.eq_ignore_ascii_case(name.trim()))
}
