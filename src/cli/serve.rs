//! `citepress serve` and `citepress worker`

use std::process::ExitCode;

use clap::Args;
use tokio::signal::unix::{SignalKind, signal};

use super::{CliError, Start};
use crate::app::{App, Listening, MetricsPort};

/// Serve the console's host and all published sites
#[derive(Debug, Args)]
pub(super) struct Serve {
    /// Leave the jobs to `citepress worker`
    #[arg(long)]
    no_worker: bool,
}

pub(super) fn serve(start: &Start, args: &Serve) -> Result<ExitCode, CliError> {
    start.block_on(async {
        let listening = Listening::bind(&start.settings).await?;
        let port = listening.port();
        let app = App::open(start.settings.clone(), port).await?;
        let metrics = listening.metrics();
        let with_worker = app.settings.jobs.worker && !args.no_worker;
        let running = app.run(listening, |routes| routes, with_worker);
        let console = format!("{}/console", app.settings.server.public_url(port));
        start.say(format_args!("Console:     {console}"));
        let domain = &app.settings.server.sites_domain;
        start.say(format_args!("Sites:       {}", app.address.of(&format!("SLUG.{domain}"))));
        if let Some(address) = metrics {
            start.say(format_args!("Metrics:     http://{address}/metrics"));
        }
        // Whoever sees this output sets the installation up: nobody else can.
        if let Some(token) = app.accounts.set_up_token().await? {
            start.say("\nNobody can sign in yet. To become the first owner, open (within a day):");
            start.say(format_args!("{console}/set-up?token={}", token.reveal()));
        }
        asked_to_stop().await?;
        start.say("Stopping: running requests and jobs finish first.");
        running.stop().await;
        app.db.close().await;
        Ok(ExitCode::SUCCESS)
    })
}

pub(super) fn worker(start: &Start) -> Result<ExitCode, CliError> {
    start.block_on(async {
        let port = MetricsPort::bind(&start.settings).await?;
        let app = App::open(start.settings.clone(), start.settings.server.port).await?;
        let worker = app.work();
        if let Some(port) = &port {
            start.say(format_args!("Metrics: http://{}/metrics", port.address()));
        }
        let _shown = port.map(|port| app.show_figures(port));
        start.say(format_args!("Working off jobs, {} at once.", app.settings.jobs.slots));
        asked_to_stop().await?;
        start.say("Stopping: running jobs finish first.");
        worker.drain(app.settings.server.drain()).await;
        app.db.close().await;
        Ok(ExitCode::SUCCESS)
    })
}

/// Waits for ctrl-C or SIGTERM.
pub(super) async fn asked_to_stop() -> std::io::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        pressed = tokio::signal::ctrl_c() => pressed,
        _ = terminate.recv() => Ok(()),
    }
}
