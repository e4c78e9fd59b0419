//! Which agent reads for what: dated data (November 2026), from the operators' own pages.

/// What an agent reads for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    Search,
    UserFetch,
    Training,
}

/// Token in robots.txt and purpose.
pub(super) const AGENTS: [(&str, Purpose); 20] = [
    ("Googlebot", Purpose::Search),
    ("Bingbot", Purpose::Search),
    ("OAI-SearchBot", Purpose::Search),
    ("Claude-SearchBot", Purpose::Search),
    ("PerplexityBot", Purpose::Search),
    ("Applebot", Purpose::Search),
    ("DuckAssistBot", Purpose::Search),
    ("Amzn-SearchBot", Purpose::Search),
    ("ChatGPT-User", Purpose::UserFetch),
    ("Claude-User", Purpose::UserFetch),
    ("Perplexity-User", Purpose::UserFetch),
    ("MistralAI-User", Purpose::UserFetch),
    ("GPTBot", Purpose::Training),
    ("ClaudeBot", Purpose::Training),
    ("Google-Extended", Purpose::Training),
    ("Applebot-Extended", Purpose::Training),
    ("CCBot", Purpose::Training),
    ("Bytespider", Purpose::Training),
    ("meta-externalagent", Purpose::Training),
    ("Amazonbot", Purpose::Training),
];
