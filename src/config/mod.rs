//! The settings: `citepress.toml`, then the environment, then flags. One table (`known.rs`) names each with its default
//! and its meaning; a setting that is unknown or wrong stops the start with one line that names it.

mod known;
mod load;
mod settings;
mod show;

pub use load::{BadSetting, Layers, Origin};
pub use settings::{
    Backup, Crawl, Database, Dns, Engine, Host, Jobs, Llm, Log, LogFormat, Metrics, Otlp, Redis, Sentry,
    Server, Settings,
};
pub use show::{Line, lines};
