//! Which agent reads for what: dated data (November 2026), from the operators' own pages.

/// What an agent reads for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// The index of a search or answer engine.
    Search,
    /// Because a person asks.
    UserFetch,
    /// To train models.
    Training,
}

/// A program that reads sites and obeys robots.txt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Agent {
    /// Its name in robots.txt.
    pub token: &'static str,
    /// Who runs it.
    pub operator: &'static str,
    /// What it reads for.
    pub purpose: Purpose,
}

const fn agent(token: &'static str, operator: &'static str, purpose: Purpose) -> Agent {
    Agent { token, operator, purpose }
}

/// The agents that a policy by purpose is compiled for.
pub const AGENTS: [Agent; 20] = [
    agent("Googlebot", "Google", Purpose::Search),
    agent("Bingbot", "Microsoft", Purpose::Search),
    agent("OAI-SearchBot", "OpenAI", Purpose::Search),
    agent("Claude-SearchBot", "Anthropic", Purpose::Search),
    agent("PerplexityBot", "Perplexity", Purpose::Search),
    agent("Applebot", "Apple", Purpose::Search),
    agent("DuckAssistBot", "DuckDuckGo", Purpose::Search),
    agent("Amzn-SearchBot", "Amazon", Purpose::Search),
    agent("ChatGPT-User", "OpenAI", Purpose::UserFetch),
    agent("Claude-User", "Anthropic", Purpose::UserFetch),
    agent("Perplexity-User", "Perplexity", Purpose::UserFetch),
    agent("MistralAI-User", "Mistral", Purpose::UserFetch),
    agent("GPTBot", "OpenAI", Purpose::Training),
    agent("ClaudeBot", "Anthropic", Purpose::Training),
    agent("Google-Extended", "Google", Purpose::Training),
    agent("Applebot-Extended", "Apple", Purpose::Training),
    agent("CCBot", "Common Crawl", Purpose::Training),
    agent("Bytespider", "ByteDance", Purpose::Training),
    agent("meta-externalagent", "Meta", Purpose::Training),
    agent("Amazonbot", "Amazon", Purpose::Training),
];
