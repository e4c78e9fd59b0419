//! `/jobs`: long work, and how far it is.

use futures_util::{FutureExt, StreamExt};
use poem_openapi::param::{Path, Query};
use poem_openapi::{Enum, Object, OpenApi};

use super::Tag;
use super::events::ended;
use crate::api::answer::{Accepted, Fetched};
use crate::api::caller::{As, Reader, Writer};
use crate::api::list::{List, usual, window};
use crate::api::live::Live;
use crate::api::problem::Problem;
use crate::events;
use crate::queue::{self, Filter, JobId, Record};

pub(in crate::api) struct JobsApi;

/// Long work.
#[derive(Debug, Clone, Object)]
pub(in crate::api) struct Job {
    /// Its id, `job_…`
    id: String,
    /// What it does: `pages.generate`
    kind: String,
    /// Where it stands
    state: JobState,
    /// How far it is
    progress: Progress,
    /// How often it was begun
    attempt: u32,
    /// The attempt after which it is given up
    attempt_limit: u32,
    /// What it has cost up to now, in millionths of a US dollar
    cost_micros: i64,
    /// Why the last attempt did not succeed
    cause: Option<String>,
    /// When it was asked for
    created_at: String,
    /// When the last attempt began
    started_at: Option<String>,
    /// When it ended
    finished_at: Option<String>,
}

/// How far a job is, in units of its own choice.
#[derive(Debug, Clone, Object)]
pub(in crate::api) struct Progress {
    /// Units done
    done: u64,
    /// Units in all; 0 while that is not known
    of: u64,
    /// What is being done
    stage: String,
}

/// Where a job stands
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "lowercase")]
pub(in crate::api) enum JobState {
    /// Waits for its time and a free slot
    Queued,
    /// Is being done
    Running,
    /// Finished as it should
    Done,
    /// Given up; `cause` says why
    Failed,
    /// Called off
    Cancelled,
}

#[OpenApi(prefix_path = "/jobs", tag = "Tag::Jobs")]
impl JobsApi {
    /// List jobs
    ///
    /// Newest first.
    #[oai(path = "/", method = "get", operation_id = "jobs_list")]
    async fn list(
        &self,
        who: As<Reader>,
        /// Only those in this state
        state: Query<Option<JobState>>,
        /// How many at most
        #[oai(default = "usual", validator(minimum(value = "1"), maximum(value = "100")))]
        limit: Query<u64>,
        /// Those after this one in the list
        starting_after: Query<Option<String>>,
        /// Those before this one in the list
        ending_before: Query<Option<String>>,
    ) -> Result<Fetched<List<Job>>, Problem> {
        let window = window(limit.0, starting_after.0, ending_before.0)?;
        let filter = Filter { state: state.0.map(Into::into), ..Filter::default() };
        let (found, has_more) = who.rooms.queue.window(&who.org, &filter, &window).await?;
        let jobs = found.into_iter().map(Job::from).collect();
        Ok(Fetched::new(List::new("/api/v1/jobs", has_more, jobs)))
    }

    /// Get a job
    #[oai(path = "/:job", method = "get", operation_id = "jobs_get")]
    async fn get(
        &self,
        who: As<Reader>,
        /// Its id, `job_…`
        job: Path<String>,
    ) -> Result<Fetched<Job>, Problem> {
        let id = job.0.parse().map_err(|_| Problem::not_found("job"))?;
        Ok(Fetched::new(who.rooms.queue.get(&who.org, id).await?.into()))
    }

    /// Call a job off
    ///
    /// A running one ends as soon as it looks; what it has done by then is kept.
    #[oai(path = "/:job/cancel", method = "post", operation_id = "jobs_cancel")]
    async fn cancel(
        &self,
        who: As<Writer>,
        /// Its id, `job_…`
        job: Path<String>,
    ) -> Result<Fetched<Job>, Problem> {
        let id = job.0.parse().map_err(|_| Problem::not_found("job"))?;
        who.needs(events::least_role(&who.rooms.queue.get(&who.org, id).await?.kind))?;
        who.rooms.publishing.call_off(&who.org, id).await?;
        Ok(Fetched::new(who.rooms.queue.get(&who.org, id).await?.into()))
    }

    /// Try a failed or cancelled job again
    #[oai(path = "/:job/retry", method = "post", operation_id = "jobs_retry")]
    async fn retry(
        &self,
        who: As<Writer>,
        /// Its id, `job_…`
        job: Path<String>,
    ) -> Result<Accepted<Job>, Problem> {
        let id = job.0.parse().map_err(|_| Problem::not_found("job"))?;
        who.needs(events::least_role(&who.rooms.queue.get(&who.org, id).await?.kind))?;
        who.rooms.events.try_again(&who.rooms.queue, &who.org, id).await?;
        accepted(&who, id).await
    }

    /// Follow a job
    ///
    /// Server-sent events: the job as it is, and again each time that it has moved. There is nothing to resume from: who comes
    /// back gets the job as it is then. The stream ends when the job has ended, when the key does, and with the process.
    #[oai(path = "/:job/events", method = "get", operation_id = "jobs_follow")]
    async fn follow(
        &self,
        who: As<Reader>,
        /// Its id, `job_…`
        job: Path<String>,
    ) -> Result<Live<Job>, Problem> {
        let id: JobId = job.0.parse().map_err(|_| Problem::not_found("job"))?;
        who.rooms.queue.get(&who.org, id).await?;
        let place = who.rooms.limits.open_stream(who.org.org())?;
        let lines = who.rooms.queue.follow((&who.org).into(), id).map(Job::from);
        Ok(Live::unnumbered(lines.boxed(), ended(&who, place).boxed()))
    }
}

/// That a job has been asked for.
pub(super) async fn accepted<L>(who: &As<L>, id: JobId) -> Result<Accepted<Job>, Problem> {
    let record = who.rooms.queue.get(&who.org, id).await?;
    Ok(Accepted::new(Job::from(record)).at(format!("/api/v1/jobs/{id}")))
}

impl From<Record> for Job {
    fn from(record: Record) -> Job {
        let queue::Progress { done, of, stage } = record.progress;
        Job {
            id: record.id.to_string(),
            kind: record.kind,
            state: record.state.into(),
            progress: Progress { done, of, stage },
            attempt: record.attempt,
            attempt_limit: record.attempt_limit,
            cost_micros: record.cost_micros,
            cause: record.cause,
            created_at: record.created_at.to_string(),
            started_at: record.started_at.map(|time| time.to_string()),
            finished_at: record.finished_at.map(|time| time.to_string()),
        }
    }
}

impl From<queue::State> for JobState {
    fn from(state: queue::State) -> JobState {
        match state {
            queue::State::Queued => JobState::Queued,
            queue::State::Running => JobState::Running,
            queue::State::Done => JobState::Done,
            queue::State::Failed => JobState::Failed,
            queue::State::Cancelled => JobState::Cancelled,
        }
    }
}

impl From<JobState> for queue::State {
    fn from(state: JobState) -> queue::State {
        match state {
            JobState::Queued => queue::State::Queued,
            JobState::Running => queue::State::Running,
            JobState::Done => queue::State::Done,
            JobState::Failed => queue::State::Failed,
            JobState::Cancelled => queue::State::Cancelled,
        }
    }
}
