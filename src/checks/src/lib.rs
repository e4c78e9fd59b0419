//! Fetched documents in, findings and a score out.
//!
//! One engine with four uses: an audit of any website, the health of a page being written, the gate before
//! publishing, and `citepress audit` in somebody's CI. It is pure: what was observed of a site (documents, robots.txt,
//! answers of outside links, the time) is a parameter, and what was not observed is "not measured", never a zero.
//!
//! Every word that needs judging is defined in `RULES.md`, whose documents are this crate's tests.
//!
//! ```
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use checks::{Document, Scope, Subject, judge};
//!
//! let page = Document::html("https://acme.example/".parse()?, "<h1>Acme</h1>");
//! let report = judge(&Subject::new(vec![page], "2026-11-21T00:00:00Z".parse()?), Scope::Page);
//! assert!(report.findings.iter().any(|finding| finding.check == "title"));
//! # Ok(())
//! # }
//! ```

mod access;
mod beside;
mod check;
mod engine;
mod evidence;
mod index;
mod page;
mod registry;
mod render;
pub mod report;
pub mod robots;
mod schema;
mod score;
mod site;
mod structure;
mod subject;
mod trust;
mod words;

pub use check::{Category, Effort, Severity, Verdict};
pub use engine::judge;
pub use registry::{CheckInfo, catalogue};
pub use report::{CategoryScore, Finding, Outcome, Report, Score, Veto};
pub use subject::{
    BotVisit, ClaimSample, Document, HttpsSeen, Liveness, RobotsTxt, SitemapSeen, Subject, Vitals,
};

/// Which checks are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// Everything: an audit of a website.
    Site,
    /// Only what a page controls by itself: its health while it is written, and the gate before publishing.
    Page,
}
