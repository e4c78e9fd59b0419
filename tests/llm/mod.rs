//! Language models: the sandbox on real sources, providers against a fake that behaves as they do.

mod chain;
mod failures;
mod fake;
mod openai;
mod paid;
mod sandbox;
