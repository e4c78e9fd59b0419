//! Which switches there are. All are on until somebody switches them off.

use std::fmt;
use std::str::FromStr;

/// A switch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Flag {
    /// Language models, which cost money.
    Engines,
    /// Reading of others' sites.
    Crawling,
    /// New editions.
    Publishing,
    /// Events that are sent out.
    Webhooks,
    /// New organisations.
    SignUp,
}

/// No switch has this name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no switch \"{0}\": there are engines, crawling, publishing, webhooks and sign-up")]
pub struct NoFlag(String);

impl Flag {
    /// All of them.
    pub const ALL: [Flag; 5] =
        [Flag::Engines, Flag::Crawling, Flag::Publishing, Flag::Webhooks, Flag::SignUp];

    /// Its name in commands, forms and rows; never renamed.
    pub fn name(self) -> &'static str {
        match self {
            Flag::Engines => "engines",
            Flag::Crawling => "crawling",
            Flag::Publishing => "publishing",
            Flag::Webhooks => "webhooks",
            Flag::SignUp => "sign-up",
        }
    }

    /// What no longer happens when it is off.
    pub fn meaning(self) -> &'static str {
        match self {
            Flag::Engines => "Pages are written by language models; those under way are finished",
            Flag::Crawling => "Sources are fetched and websites crawled",
            Flag::Publishing => "Editions are asked for and built; rolling back goes on",
            Flag::Webhooks => {
                "Events are sent to the organisations' addresses; what happens meanwhile is sent later"
            }
            Flag::SignUp => "People sign up and found organisations, where the settings let them",
        }
    }

    /// What is refused, to begin a sentence with.
    pub(super) fn doing(self) -> &'static str {
        match self {
            Flag::Engines => "writing by language models",
            Flag::Crawling => "fetching from other sites",
            Flag::Publishing => "publishing",
            Flag::Webhooks => "sending to webhooks",
            Flag::SignUp => "signing up",
        }
    }

    /// Whether it can be set for one organisation: who signs up has none yet.
    pub fn is_for_one(self) -> bool {
        self != Flag::SignUp
    }
}

impl FromStr for Flag {
    type Err = NoFlag;

    fn from_str(name: &str) -> Result<Flag, NoFlag> {
        let known = Flag::ALL.into_iter().find(|flag| flag.name() == name);
        known.ok_or_else(|| NoFlag(name.chars().take(80).collect()))
    }
}

impl fmt::Display for Flag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
