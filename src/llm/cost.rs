//! What answers cost.

/// Tokens, as the provider counts them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Usage {
    pub input_tokens: u64,
    pub output_tokens: u64,
}

impl std::ops::AddAssign for Usage {
    fn add_assign(&mut self, other: Usage) {
        self.input_tokens += other.input_tokens;
        self.output_tokens += other.output_tokens;
    }
}

/// What one provider has to be paid for one request, all its attempts together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cost {
    pub provider: String,
    pub model: String,
    pub usage: Usage,
    /// Millionths of a US dollar; none where the price isn't known.
    pub micros: Option<u64>,
}

/// A price, in thousandths of a US dollar for a million tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Price {
    pub input: u64,
    pub output: u64,
}

impl Price {
    /// What this many tokens cost, in millionths of a US dollar, rounded up.
    pub fn of(self, usage: Usage) -> u64 {
        let input = usage.input_tokens.saturating_mul(self.input);
        let output = usage.output_tokens.saturating_mul(self.output);
        input.saturating_add(output).div_ceil(1000)
    }
}

/// When the table below was last compared with what the providers publish.
pub const PRICES_AS_OF: &str = "2025-08";

/// Host of the API, model, and the list price without any discount. A model that isn't here has no known price;
/// the operator may state one.
const PRICES: &[(&str, &str, Price)] = &[
    ("api.openai.com", "gpt-4o", Price { input: 2_500, output: 10_000 }),
    ("api.openai.com", "gpt-4o-mini", Price { input: 150, output: 600 }),
    ("api.openai.com", "gpt-4.1", Price { input: 2_000, output: 8_000 }),
    ("api.openai.com", "gpt-4.1-mini", Price { input: 400, output: 1_600 }),
    ("api.openai.com", "gpt-4.1-nano", Price { input: 100, output: 400 }),
    ("api.openai.com", "gpt-5", Price { input: 1_250, output: 10_000 }),
    ("api.openai.com", "gpt-5-mini", Price { input: 250, output: 2_000 }),
    ("api.openai.com", "gpt-5-nano", Price { input: 50, output: 400 }),
    ("api.openai.com", "o4-mini", Price { input: 1_100, output: 4_400 }),
];

/// The list price of a model at a host, its dated versions (`gpt-4o-2024-08-06`) included.
pub fn price(host: &str, model: &str) -> Option<Price> {
    let found = PRICES.iter().find(|(at, name, _)| {
        *at == host && model.strip_prefix(name).is_some_and(|rest| rest.is_empty() || is_date(rest))
    });
    found.map(|(_, _, price)| *price)
}

fn is_date(suffix: &str) -> bool {
    suffix.strip_prefix('-').is_some_and(|date| date.parse::<jiff::civil::Date>().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_known_model_has_its_price_and_no_other_gets_it() {
        let usage = Usage { input_tokens: 1_000_000, output_tokens: 1_000 };
        assert_eq!(price("api.openai.com", "gpt-4o-mini").unwrap().of(usage), 150_600);
        assert_eq!(price("api.openai.com", "gpt-4o-2024-08-06"), price("api.openai.com", "gpt-4o"));
        assert_eq!(price("api.openai.com", "gpt-4o-audio"), None);
        assert_eq!(price("localhost", "gpt-4o"), None, "another host has other prices");
        assert_eq!(Price { input: 1, output: 0 }.of(Usage { input_tokens: 1, output_tokens: 0 }), 1);
    }
}
