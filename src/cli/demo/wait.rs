//! Waiting for jobs, with a bar.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use crate::cli::{CliError, Start};
use crate::queue::{JobId, Queue, Reach, State};

const LOOK: Duration = Duration::from_millis(40);

/// Waits until all jobs are settled. A failed one ends the wait with its cause.
pub(super) async fn for_jobs(
    start: &Start,
    queue: &Queue,
    jobs: &[JobId],
    doing: &str,
) -> Result<(), CliError> {
    let bar =
        if start.quiet || start.json { ProgressBar::hidden() } else { ProgressBar::new(jobs.len() as u64) };
    bar.set_style(ProgressStyle::with_template("  {msg:<22} {bar:24} {pos}/{len}")?);
    bar.set_message(doing.to_owned());
    let mut open = jobs.to_vec();
    while !open.is_empty() {
        let mut still = Vec::with_capacity(open.len());
        for id in open {
            let job = queue.get(Reach::All, id).await?;
            match job.state {
                State::Done => bar.inc(1),
                State::Failed | State::Cancelled => {
                    bar.abandon();
                    let cause = job.cause.unwrap_or_else(|| "it was cancelled".to_owned());
                    return Err(format!("{doing}: {cause}").into());
                }
                State::Queued | State::Running => still.push(id),
            }
        }
        open = still;
        if !open.is_empty() {
            tokio::time::sleep(LOOK).await;
        }
    }
    bar.finish_and_clear();
    Ok(())
}
