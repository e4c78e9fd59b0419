//! What an operator sees: figures, log lines, traces, reports of errors, and the alerts that are made of them.

mod alerts;
mod lines;
mod metrics;
pub mod process;
mod receiver;
mod reports;
mod scrape;
mod traces;
