//! The owner's policy for machines that read the site.

use crate::fault::Fault;
use crate::toml_reader::{Origin, Reader};
use std::collections::BTreeMap;
use toml::de::DeTable;

/// May a kind of agent read the site?
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Access {
    /// It may.
    #[default]
    Allow,
    /// It is asked to stay away.
    Deny,
}

/// `[robots]` of `site.toml`: one answer per purpose, and per agent where wished.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RobotsPolicy {
    /// Search engines and the search indexes of answer engines.
    pub search: Access,
    /// Fetchers that act because a person asks.
    pub user_fetch: Access,
    /// Collectors of training data.
    pub training: Access,
    /// By the agent's own token (`GPTBot`), over the three above.
    pub agents: BTreeMap<String, Access>,
    /// Paths that no agent is to read: `/drafts/`.
    pub disallow: Vec<String>,
}

pub(super) fn read<'a>(origin: Origin<'a>, table: &'a DeTable<'a>, faults: &mut Vec<Fault>) -> RobotsPolicy {
    let mut reader = Reader::new(origin, table);
    let mut policy = RobotsPolicy {
        search: reader.checked("search", access).unwrap_or_default(),
        user_fetch: reader.checked("user_fetch", access).unwrap_or_default(),
        training: reader.checked("training", access).unwrap_or_default(),
        agents: BTreeMap::new(),
        disallow: reader.strings("disallow").unwrap_or_default(),
    };
    if let Some(agents) = reader.table("agents") {
        for (token, value) in agents {
            let read = value.get_ref().as_str().ok_or_else(wrong_access).and_then(access);
            let sound =
                token.get_ref().bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.*".contains(&byte));
            match read {
                Ok(access) if sound => {
                    policy.agents.insert(token.get_ref().to_string(), access);
                }
                Ok(_) => reader.fault(value, format!("`{}` is not an agent's token", token.get_ref()), ""),
                Err((what, cure)) => reader.fault(value, format!("`{}` {what}", token.get_ref()), &cure),
            }
        }
    }
    if policy.disallow.iter().any(|path| !path.starts_with('/') || path.contains(['\n', '\r'])) {
        faults.push(Fault::new(
            origin.file,
            "`disallow` holds something that is no path",
            "Begin each with a slash.",
        ));
    }
    faults.extend(reader.finish());
    policy
}

fn access(text: &str) -> Result<Access, (String, String)> {
    match text {
        "allow" => Ok(Access::Allow),
        "deny" => Ok(Access::Deny),
        _ => Err(wrong_access()),
    }
}

fn wrong_access() -> (String, String) {
    ("is neither allow nor deny".to_owned(), "Write \"allow\" or \"deny\".".to_owned())
}
