//! `citepress health`: whether a running process is ready, for places that have no curl.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::process::ExitCode;
use std::time::Duration;

use clap::Args;
use reqwest::header::HOST;
use url::Url;

use super::{CliError, Start};
use crate::db::Db;

/// Less than what container engines and load balancers usually wait.
const WITHIN: Duration = Duration::from_secs(4);

/// Ask a running process whether it is ready
#[derive(Debug, Args)]
pub(super) struct Health {
    /// Ask here instead of at the address of the settings; without a path: /readyz
    #[arg(long, value_name = "URL", conflicts_with = "database")]
    url: Option<Url>,
    /// Ask no server but the database, whether it answers and its schema is current: for `citepress worker`
    #[arg(long)]
    database: bool,
}

pub(super) fn run(start: &Start, args: &Health) -> Result<ExitCode, CliError> {
    start.block_on(async {
        let asked = async {
            match args.database {
                true => database(start).await,
                false => server(start, args.url.as_ref()).await,
            }
        };
        let late = || format!("no answer within {} s", WITHIN.as_secs());
        start.say(tokio::time::timeout(WITHIN, asked).await.map_err(|_| late())??);
        Ok(ExitCode::SUCCESS)
    })
}

/// What the server says, if it is ready.
async fn server(start: &Start, url: Option<&Url>) -> Result<String, CliError> {
    let client = reqwest::Client::builder().no_proxy().timeout(WITHIN).build()?;
    let asked = match url {
        Some(url) => {
            let mut url = url.clone();
            if url.path() == "/" {
                url.set_path("/readyz");
            }
            client.get(url)
        }
        // Whatever the console is called: the machine itself is always answered by this name.
        None => client.get(format!("http://{}/readyz", own_address(start)?)).header(HOST, "localhost"),
    };
    let answer = asked.send().await.map_err(|error| format!("nothing answers ({})", innermost(&error)))?;
    let (status, text) = (answer.status(), answer.text().await.unwrap_or_default());
    let says = text.lines().next().unwrap_or_default().trim().to_owned();
    if status.is_success() { Ok(says) } else { Err(format!("{}: {says}", status.as_u16()).into()) }
}

/// Where a server with these settings is reached from its own machine.
fn own_address(start: &Start) -> Result<SocketAddr, CliError> {
    let server = &start.settings.server;
    if server.port == 0 {
        return Err(
            "server.port is 0, so the port is known to the server alone: name it with --port or --url".into(),
        );
    }
    let ip = match server.bind {
        IpAddr::V4(all) if all.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(all) if all.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        one => one,
    };
    Ok(SocketAddr::new(ip, server.port))
}

async fn database(start: &Start) -> Result<String, CliError> {
    let db = Db::open(&start.settings.database.pools(&start.settings.data)).await?;
    let pending = db.pending_migrations().await;
    db.close().await;
    match pending?.as_slice() {
        [] => Ok("ready".to_owned()),
        pending => Err(format!("migrations to apply: {}", pending.join(", ")).into()),
    }
}

/// What is at the bottom of an error: "Connection refused" says more than where we were.
fn innermost(error: &dyn std::error::Error) -> String {
    let mut error = error;
    while let Some(cause) = error.source() {
        error = cause;
    }
    error.to_string()
}
