//! `citepress demo`: the real way from sources to a live site, on the folder sites/demo. Nothing is prepared; started
//! again, it keeps what is there and does only what is missing.

mod origin;
mod plan;
mod steps;
mod wait;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use self::plan::Plan;
use self::steps::Demo;
use super::serve::asked_to_stop;
use super::{CliError, Start};
use crate::app::{App, Listening};
use crate::crawl::Allow;

/// Make a knowledge site from the sources in sites/demo, and serve it
#[derive(Debug, Args)]
pub(super) struct DemoArgs {
    /// The folder with site.toml, pages.toml, sources/ and pages/
    #[arg(long, value_name = "DIR", default_value = "sites/demo")]
    from: PathBuf,
}

pub(super) fn run(start: &Start, args: &DemoArgs) -> Result<ExitCode, CliError> {
    let plan = Plan::read(&args.from)?;
    start.block_on(async {
        let listening = Listening::bind(&start.settings).await?;
        let port = listening.port();
        let mut settings = start.settings.clone();
        // The demo's web pages are served by this very process: the one private address that it may fetch.
        settings.crawl.allow.push(format!("localhost:{port}").parse::<Allow>()?);
        let app = App::open(settings, port).await?;
        let running = app.run(listening, |routes| origin::at(routes, &args.from), true);
        let done = async {
            let demo = Demo::found(&app, start, plan, port).await?;
            demo.go().await?;
            demo.print_addresses().await
        };
        tokio::select! {
            done = done => done?,
            _ = asked_to_stop() => {
                start.say("\nStopped before the site was live. Start the demo again: it goes on from here.");
                running.stop().await;
                return Ok(ExitCode::FAILURE);
            }
        }
        asked_to_stop().await?;
        start.say("\nStopping. Start the demo again: it keeps what is there.");
        running.stop().await;
        app.db.close().await;
        Ok(ExitCode::SUCCESS)
    })
}
