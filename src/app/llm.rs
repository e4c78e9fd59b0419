//! The engines that the settings name, in their fallback order.

use std::sync::Arc;

use crate::base::{Clock, Ids};
use crate::config::Llm;
use crate::llm::{Chain, LlmError, OpenAi, OpenAiConfig, Provider, SANDBOX, Sandbox, Watched};

const OPENAI: &str = "openai";

/// An engine that can't be used.
#[derive(Debug, thiserror::Error)]
pub enum BadEngine {
    /// There is none of that name.
    #[error("setting llm.engines: there is no engine \"{0}\". Known are: openai, sandbox")]
    Unknown(String),
    /// None is named.
    #[error("setting llm.engines: name at least one engine, such as \"sandbox\"")]
    None,
    /// Its address is none.
    #[error("setting llm.openai.base_url: {0}")]
    Address(#[from] url::ParseError),
    /// It can't be set up.
    #[error(transparent)]
    Setup(#[from] LlmError),
}

/// The first engine, with the others behind it.
///
/// # Errors
/// When one is unknown or can't be set up.
pub fn engine(settings: &Llm, clock: &Clock, ids: &Ids) -> Result<Arc<dyn Provider>, BadEngine> {
    let mut engines = settings.engines.iter().map(|name| one(name, settings, clock, ids));
    let first = engines.next().ok_or(BadEngine::None)??;
    let others = engines.collect::<Result<Vec<_>, _>>()?;
    Ok(if others.is_empty() { first } else { Arc::new(Chain::new(first, others)) })
}

fn one(name: &str, settings: &Llm, clock: &Clock, ids: &Ids) -> Result<Arc<dyn Provider>, BadEngine> {
    let engine: Arc<dyn Provider> = match name {
        SANDBOX => Arc::new(Sandbox),
        OPENAI => {
            let openai = &settings.openai;
            let mut config = OpenAiConfig::new(OPENAI, openai.base_url.parse()?, &openai.model);
            // Local servers of the same API want none.
            config.key = Some(openai.api_key.clone()).filter(|key| !key.is_empty());
            Arc::new(OpenAi::new(config, clock.clone(), ids.clone())?)
        }
        other => return Err(BadEngine::Unknown(other.to_owned())),
    };
    Ok(Arc::new(Watched(engine)))
}
