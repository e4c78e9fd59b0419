//! A job as people see it.

use jiff::Timestamp;

use crate::id_kind;
use crate::tenancy::{OrgId, OrgScope};

id_kind!(/// One job.
    JobId, JobKind, "job");

/// Where a job stands: queued -> running -> done | failed | cancelled, and running -> queued for another attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// Waits for its time and a free slot.
    Queued,
    /// A worker holds its lease.
    Running,
    /// Finished as it should.
    Done,
    /// Given up, with a cause; it can be tried again.
    Failed,
    /// Called off by a person.
    Cancelled,
}

impl State {
    /// All states, in the order of a job's life.
    pub const ALL: [State; 5] = [State::Queued, State::Running, State::Done, State::Failed, State::Cancelled];

    /// The word in the database and on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            State::Queued => "queued",
            State::Running => "running",
            State::Done => "done",
            State::Failed => "failed",
            State::Cancelled => "cancelled",
        }
    }

    /// Reads the word of the database.
    pub fn parse(word: &str) -> Option<State> {
        State::ALL.into_iter().find(|state| state.as_str() == word)
    }

    /// Whether nothing more will happen by itself.
    pub fn is_final(self) -> bool {
        matches!(self, State::Done | State::Failed | State::Cancelled)
    }
}

/// How far a job is, in units of its own choice. `of` is 0 while the whole isn't known.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Progress {
    /// Units done.
    pub done: u64,
    /// Units in all.
    pub of: u64,
    /// What is being done, in a word or two.
    pub stage: String,
}

/// A job's record. Not part of it: who runs it, which is the engine's own affair.
#[derive(Debug, Clone)]
pub struct Record {
    /// Its id.
    pub id: JobId,
    /// Its kind: `Job::NAME`.
    pub kind: String,
    /// Whose work it is; none for the product's own.
    pub org: Option<OrgId>,
    /// The job that asked for it.
    pub parent: Option<JobId>,
    /// Higher goes first, within one organisation.
    pub priority: i32,
    /// The payload, as JSON.
    pub payload: String,
    /// Where it stands.
    pub state: State,
    /// When it may (next) be run.
    pub run_at: Timestamp,
    /// How often it was begun.
    pub attempt: u32,
    /// The attempt after which it is given up.
    pub attempt_limit: u32,
    /// How far it is.
    pub progress: Progress,
    /// What it has cost up to now, in millionths of a US dollar.
    pub cost_micros: i64,
    /// Why the last attempt did not succeed.
    pub cause: Option<String>,
    /// A person has asked for its end and it is still running.
    pub cancelling: bool,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// When the last attempt began.
    pub started_at: Option<Timestamp>,
    /// When it reached a final state.
    pub finished_at: Option<Timestamp>,
}

/// Whose jobs a question is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Everybody's, and the product's own: for the operator and for the product itself.
    All,
    /// One organisation's.
    Org(OrgId),
}

impl From<&OrgScope> for Reach {
    fn from(scope: &OrgScope) -> Reach {
        Reach::Org(scope.org())
    }
}

/// Which jobs to list. The default is all of them.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Only in this state.
    pub state: Option<State>,
    /// Only of this kind.
    pub kind: Option<String>,
    /// Only those that this job asked for.
    pub parent: Option<JobId>,
}

/// How many jobs of a kind are in a state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Count {
    /// `Job::NAME`.
    pub kind: String,
    /// Where they stand.
    pub state: State,
    /// How many.
    pub jobs: u64,
}

/// What one process says to others about jobs: they look sooner then. The rows are the truth.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Said {
    /// There is work.
    Queued,
    /// A running job was called off.
    CalledOff,
    /// A job has moved.
    Moved(Tick),
}

/// Something moved: a job began, got on, or was settled. Lossy, for live displays only.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Tick {
    /// The job.
    pub id: JobId,
    /// Whose it is.
    pub org: Option<OrgId>,
    /// Where it stands now.
    pub state: State,
    /// How far it is.
    pub progress: Progress,
}
