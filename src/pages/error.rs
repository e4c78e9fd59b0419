use super::model::{PageId, PageState};
use crate::crawl::{ExtractError, FetchError};
use crate::db::DbError;
use crate::flags::SwitchedOff;
use crate::llm::LlmError;
use crate::queue::QueueError;
use crate::tenancy::Exceeded;

/// Something broke, or a rule said no.
#[derive(Debug, thiserror::Error)]
pub enum PageError {
    /// A rule said no: the person can mend it.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// No page of the site has this id.
    #[error("there is no page {0} in this site")]
    NotFound(PageId),
    /// The engines gave no answer.
    #[error("no engine wrote the page: {0}")]
    Llm(#[from] LlmError),
    /// The source could not be fetched.
    #[error(transparent)]
    Fetch(#[from] FetchError),
    /// What was fetched holds no readable page.
    #[error(transparent)]
    Extract(#[from] ExtractError),
    /// A thread of ours died: a fault of ours.
    #[error("reading the page stopped: {0}")]
    Stopped(String),
    /// The operator has switched it off.
    #[error(transparent)]
    SwitchedOff(#[from] SwitchedOff),
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
    /// The queue failed.
    #[error(transparent)]
    Queue(#[from] QueueError),
}

/// What stands in the way.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// Two pages can't live at one address.
    #[error("a page \"{0}\" exists already: choose another path")]
    PathTaken(String),
    /// A path outside the content folder, or no Markdown.
    #[error("\"{0}\" is no path for a page: use section/slug.md with a-z, 0-9 and hyphens")]
    BadPath(String),
    /// A text with a character that no text has.
    #[error("{what} can't hold the character NUL: take it out")]
    Nul {
        /// Which text.
        what: &'static str,
    },
    /// A text that is longer than anybody reads.
    #[error("{what} has at most {most} characters, and this one has {has}: shorten it, or make two of it")]
    TooLong {
        /// Which text.
        what: &'static str,
        /// How many it has.
        has: usize,
        /// How many it may have.
        most: usize,
    },
    /// The brief names no sources, or ones that are not there.
    #[error("the page has no sources to be written from: {0}")]
    NoSources(String),
    /// The source's server has no such page.
    #[error("{url} answered with status {status}: check the address, or ask its owner")]
    Answered {
        /// The source's address.
        url: String,
        /// What came back.
        status: u16,
    },
    /// No web address.
    #[error("\"{0}\" is no web address: write it as https://host/path")]
    BadAddress(String),
    /// A crawl that brought not one page.
    #[error("nothing was found at {seed} ({why})")]
    Nothing {
        /// Where it began.
        seed: String,
        /// Why the first address gave none.
        why: String,
    },
    /// There may not be more.
    #[error(transparent)]
    Quota(Exceeded),
    /// Nothing to publish yet.
    #[error("the page has no text yet: generate or write it first")]
    NoText,
    /// Sentences that nobody stands for.
    #[error(
        "{count} of the page's sentences are not supported by a source, first: \"{first}\". Support, edit or waive them"
    )]
    Unsupported {
        /// How many.
        count: usize,
        /// The first of them.
        first: String,
    },
    /// Nobody knows how good the page is.
    #[error("the page was changed while it was being published and is not judged yet: publish it again")]
    NotJudged,
    /// The page is worse than the site's gate allows.
    #[error("the page's health is {health}, the site's gate is {gate}: mend its findings or lower the gate")]
    BelowGate {
        /// The page's health.
        health: i64,
        /// The site's threshold.
        gate: i64,
    },
    /// Readers have it.
    #[error("readers have the page: unpublish it, which archives it too")]
    Live,
    /// A time at which nothing can be published.
    #[error("the time is past or more than a year away: give one between now and then")]
    Time,
    /// There is nothing to waive.
    #[error("the page has no unsupported sentence at that position: look at its claims")]
    NoClaim,
    /// Somebody else has written since.
    #[error(
        "somebody has written revision {number} since you read the page: read it again and repeat your change"
    )]
    Changed {
        /// The newest revision's number.
        number: i64,
    },
    /// The step does not lead on from here.
    #[error("a page that is {from} can't become {to}")]
    State {
        /// Where it stands.
        from: &'static str,
        /// Where it was to go.
        to: &'static str,
    },
}

impl Refusal {
    pub(super) fn state(from: PageState, to: PageState) -> Refusal {
        Refusal::State { from: from.as_str(), to: to.as_str() }
    }
}

impl PageError {
    /// Whether trying again later can help, so that a job says "retry" and not "failed".
    pub fn is_passing(&self) -> bool {
        match self {
            PageError::Db(error) | PageError::Queue(QueueError::Db(error)) => error.is_passing(),
            PageError::Fetch(error) => error.is_temporary(),
            PageError::Refused(Refusal::Answered { status, .. }) => *status >= 500 || *status == 429,
            PageError::Llm(error) => !matches!(error, LlmError::KeyRefused { .. } | LlmError::Refused { .. }),
            _ => false,
        }
    }
}
