//! Schedules: one job per tick, however many processes look at the clock.

use std::sync::Arc;

use croner::Cron;
use croner::parser::{CronParser, Seconds};
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
use sea_orm::{ConnectionTrait, Value};

use super::dialect::statement;
use super::job::RawJob;
use super::{Queue, QueueError};
use crate::base::clock::timestamp;
use crate::db;

/// A schedule that can't be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "the schedule \"{pattern}\" of {kind} can't be read: {cause}. Write five fields of cron, like \"0 3 * * *\""
)]
pub struct BadSchedule {
    kind: &'static str,
    pattern: String,
    cause: String,
}

/// When something is due: five fields of cron, or six with seconds first, in UTC.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern(String);

/// A text that says of no time.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{pattern}\" is no schedule ({cause}): write five fields of cron, like \"0 3 * * *\"")]
pub struct BadPattern {
    pattern: String,
    cause: String,
}

impl std::str::FromStr for Pattern {
    type Err = BadPattern;

    fn from_str(text: &str) -> Result<Pattern, BadPattern> {
        let cause = |error: croner::errors::CronError| error.to_string();
        match parse(text) {
            Ok(_) => Ok(Pattern(text.to_owned())),
            Err(error) => Err(BadPattern { pattern: text.to_owned(), cause: cause(error) }),
        }
    }
}

impl std::fmt::Display for Pattern {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

fn parse(pattern: &str) -> Result<Cron, croner::errors::CronError> {
    CronParser::builder().seconds(Seconds::Optional).build().parse(pattern)
}

type MakeJob = dyn Fn(Timestamp) -> Result<RawJob, serde_json::Error> + Send + Sync;

/// A kind of job that is queued by the clock. Times are UTC.
#[derive(Clone)]
pub(super) struct Schedule {
    kind: &'static str,
    pattern: String,
    cron: Cron,
    job: Arc<MakeJob>,
}

/// A schedule seen for the first time starts now; one whose pattern was changed starts anew.
const REMEMBER: &str = "INSERT INTO job_schedules (id, pattern, tick) VALUES ($1, $2, $3)
    ON CONFLICT (id) DO UPDATE SET pattern = excluded.pattern, tick = excluded.tick
    WHERE job_schedules.pattern <> excluded.pattern";

const RECALL: &str = "SELECT tick FROM job_schedules WHERE id = $1 AND pattern = $2";

/// Whoever moves the tick on makes the job.
const TAKE: &str = "UPDATE job_schedules SET tick = $2 WHERE id = $1 AND tick < $2";

impl Schedule {
    pub fn new(kind: &'static str, pattern: &str, job: Arc<MakeJob>) -> Result<Schedule, BadSchedule> {
        let cron = parse(pattern).map_err(|error| BadSchedule {
            kind,
            pattern: pattern.to_owned(),
            cause: error.to_string(),
        })?;
        Ok(Schedule { kind, pattern: pattern.to_owned(), cron, job })
    }

    /// What it queues; a kind has one schedule.
    pub fn kind(&self) -> &'static str {
        self.kind
    }

    /// The last tick up to `now`, if there ever was one.
    fn last(&self, now: i64) -> Option<i64> {
        let found = self.cron.find_previous_occurrence(&utc(now), true).ok()?;
        Some(found.timestamp().as_millisecond())
    }

    /// The first tick after `now`.
    fn next(&self, now: i64) -> Option<i64> {
        let found = self.cron.find_next_occurrence(&utc(now), false).ok()?;
        Some(found.timestamp().as_millisecond())
    }
}

fn utc(millis: i64) -> Zoned {
    timestamp(millis).to_zoned(TimeZone::UTC)
}

impl Queue {
    /// Queues what is due of `schedules`. Gives back when the next tick is, by the database's clock, and that clock.
    pub(super) async fn run_schedules(
        &self,
        schedules: &[Schedule],
    ) -> Result<(i64, Option<i64>), QueueError> {
        let now = db::now(self.db().system()).await?;
        for schedule in schedules {
            self.run_schedule(schedule, now).await?;
        }
        Ok((now, schedules.iter().filter_map(|schedule| schedule.next(now)).min()))
    }

    async fn run_schedule(&self, schedule: &Schedule, now: i64) -> Result<(), QueueError> {
        let backend = self.db().backend();
        let key: [Value; 2] = [schedule.kind.into(), schedule.pattern.clone().into()];
        let known = self.db().system().query_one_raw(statement(backend, RECALL, key)).await?;
        let Some(known) = known else {
            let values: [Value; 3] = [schedule.kind.into(), schedule.pattern.clone().into(), now.into()];
            let tx = self.db().write_system().await?;
            tx.conn().execute_raw(statement(backend, REMEMBER, values)).await?;
            tx.commit().await?;
            return Ok(());
        };
        let done: i64 = known.try_get_by_index(0)?;
        match schedule.last(now) {
            Some(tick) if tick > done => self.take_tick(schedule, tick).await,
            _ => Ok(()),
        }
    }

    async fn take_tick(&self, schedule: &Schedule, tick: i64) -> Result<(), QueueError> {
        let mut tx = self.db().write_system().await?;
        let values: [Value; 2] = [schedule.kind.into(), tick.into()];
        let taken = tx.conn().execute_raw(statement(self.db().backend(), TAKE, values)).await?;
        if taken.rows_affected() == 0 {
            return Ok(tx.rollback().await?);
        }
        let mut job = (schedule.job)(timestamp(tick))?;
        job.dedup = Some(format!("{}@{}", schedule.kind, timestamp(tick)));
        self.enqueue_raw(&mut tx, &job).await?;
        Ok(tx.commit().await?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schedule(pattern: &str) -> Result<Schedule, BadSchedule> {
        Schedule::new("a.b", pattern, Arc::new(|_| unreachable!()))
    }

    #[test]
    fn a_night_at_three_has_its_ticks_in_utc() {
        let nightly = schedule("0 3 * * *").unwrap();
        let noon: Timestamp = "2026-11-21T12:00:00Z".parse().unwrap();
        let at = |millis: Option<i64>| timestamp(millis.unwrap()).to_string();
        assert_eq!(at(nightly.last(noon.as_millisecond())), "2026-11-21T03:00:00Z");
        assert_eq!(at(nightly.next(noon.as_millisecond())), "2026-11-22T03:00:00Z");
    }

    #[test]
    fn a_pattern_that_can_not_be_read_is_named_with_its_kind() {
        let refused = schedule("each night").err().unwrap().to_string();
        assert!(refused.contains("each night") && refused.contains("a.b"), "{refused}");
    }
}
