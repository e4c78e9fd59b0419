//! What the operator decides about a provider.

use std::time::Duration;

use reqwest::{Client, redirect, retry};
use url::Url;

use super::super::cost::{Price, price};
use super::super::error::LlmError;
use crate::base::Secret;

/// Settings of an [`super::OpenAi`]. Its address is the operator's word: it is not judged by the crawler's guard, so
/// that a model on the same machine can be used, and must not be taken from a tenant.
#[derive(Debug, Clone)]
pub struct OpenAiConfig {
    /// What it is called on screens and in errors.
    pub name: String,
    /// Up to and without `/chat/completions`: `https://api.openai.com/v1`.
    pub base_url: Url,
    pub model: String,
    /// None for local servers that want none.
    pub key: Option<Secret>,
    /// Bytes of an answer.
    pub max_body: usize,
    /// It understands `response_format: json_schema`. Found out by itself where it doesn't.
    pub structured: bool,
    /// Where the list price isn't known or isn't what is paid.
    pub price: Option<Price>,
}

impl OpenAiConfig {
    /// The usual settings for a model at an address.
    pub fn new(name: impl Into<String>, base_url: Url, model: impl Into<String>) -> OpenAiConfig {
        OpenAiConfig {
            name: name.into(),
            base_url,
            model: model.into(),
            key: None,
            max_body: 4 << 20,
            structured: true,
            price: None,
        }
    }

    pub(super) fn client(&self) -> Result<Client, LlmError> {
        Client::builder()
            .user_agent(concat!("citepress/", env!("CARGO_PKG_VERSION")))
            // The key goes to the address in the settings and nowhere else.
            .redirect(redirect::Policy::none())
            .no_proxy()
            .referer(false)
            .retry(retry::never())
            .connect_timeout(Duration::from_secs(10))
            .build()
            .map_err(|error| LlmError::Unreachable { provider: self.name.clone(), why: error.to_string() })
    }

    pub(super) fn url(&self) -> String {
        format!("{}/chat/completions", self.base_url.as_str().trim_end_matches('/'))
    }

    pub(super) fn price(&self) -> Option<Price> {
        self.price.or_else(|| price(self.base_url.host_str()?, &self.model))
    }

    /// OpenAI's own newer models refuse `max_tokens`; servers that imitate the API know only that.
    pub(super) fn is_openai(&self) -> bool {
        self.base_url.host_str() == Some("api.openai.com")
    }

    /// A provider's message, short, on one line, and without the key, which some repeat.
    pub(super) fn clean(&self, message: &str) -> String {
        let mut message = message.to_owned();
        if let Some(key) = self.key.as_ref().filter(|key| !key.is_empty()) {
            message = message.replace(key.reveal(), "(hidden)");
        }
        let line = message.split_whitespace().collect::<Vec<_>>().join(" ");
        line.chars().filter(|c| !c.is_control()).take(300).collect()
    }
}
