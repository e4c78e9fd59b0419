//! A site and a theme in, files out. Knows no disk, network, clock or database: the caller hands over documents
//! and assets and takes finished files.
//!
//! ```
//! use press::{Change, Document, NoTexts, OutFile, Press, Sink, SiteConfig, Theme};
//! use std::sync::Arc;
//!
//! struct Print;
//! impl Sink for Print {
//!     fn write(&self, file: OutFile<'_>) -> std::io::Result<()> {
//!         println!("{} ({} bytes)", file.path, file.bytes.len());
//!         Ok(())
//!     }
//!     fn remove(&self, _path: &str) -> std::io::Result<()> {
//!         Ok(())
//!     }
//! }
//!
//! # fn main() -> Result<(), Vec<press::Fault>> {
//! let site = SiteConfig::parse("title = \"Example\"\nbase_url = \"https://docs.example\"\n")?;
//! let theme = Arc::new(Theme::builtin("plain")?);
//! let mut press = Press::new(site, theme)?;
//! let page = Document { path: "hello.md".into(), text: "+++\ntitle = \"Hello\"\n+++\nWorld.\n".into() };
//! let plan = press.plan(vec![Change::Put(page)])?;
//! press.render(plan, &NoTexts, &Print)?;
//! # Ok(())
//! # }
//! ```

mod config;
mod dates;
mod document;
mod fault;
mod front_matter;
mod hash;
mod highlight;
mod kind;
mod markdown;
mod outputs;
mod pictures;
mod plan;
mod press;
mod prints;
mod render;
mod rendering;
mod sink;
mod site;
mod slug;
mod suggest;
mod theme;
mod toml_reader;
mod units;
mod view;

pub use config::{Access, Language, Organization, RobotsPolicy, SiteConfig};
pub use document::{Asset, Change, Document};
pub use fault::Fault;
pub use kind::PageKind;
pub use outputs::{AGENTS, Agent, Purpose};
pub use plan::Plan;
pub use press::{Press, Top};
pub use sink::{Delta, NoTexts, OutFile, Sink, Texts};
pub use theme::{Manifest, Param, ParamType, Pictures, Theme};
