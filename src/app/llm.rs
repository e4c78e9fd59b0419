//! The engines that the settings name.

use std::sync::Arc;

use crate::config::Llm;
use crate::llm::{Provider, Sandbox};

/// An engine that can't be used.
#[derive(Debug, thiserror::Error)]
#[error("setting llm.engines: there is no engine \"{0}\". Known are: openai, sandbox")]
pub struct BadEngine(String);

pub(super) fn engine(settings: &Llm) -> Result<Arc<dyn Provider>, BadEngine> {
    match settings.engines.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["sandbox"] => Ok(Arc::new(Sandbox)),
        [] => Err(BadEngine(String::new())),
        [other, ..] => Err(BadEngine(other.to_owned())),
    }
}
