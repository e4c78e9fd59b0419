//! `citepress build --serve`: the site on this machine while somebody writes it. Builds again when a file changes and
//! tells open pages; with a fault in the site the last good output goes on being served, the faults over it.

mod files;
mod live;
mod media;
mod watch;

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use poem::Server;
use poem::listener::TcpAcceptor;
use tokio::net::TcpListener;

use super::session::Session;
use super::{Build, report};
use crate::cli::{CliError, Start, progress};
use files::Files;
use live::Live;

/// How long open connections may finish after Ctrl-C; pages that wait for news never would.
const DRAIN: Duration = Duration::from_millis(300);

pub(super) async fn run(start: &Start, build: &Build) -> Result<ExitCode, CliError> {
    // The port first: finding it taken after a build of a minute would be a pity.
    let (listener, port) = listen(start.settings.server.port).await?;
    let mut session = match Session::open(build) {
        Ok(session) => session,
        Err(faults) => {
            report::print(start, &build.out(), &Err(faults))?;
            return Ok(ExitCode::FAILURE);
        }
    };
    let outcome = session.build(&progress::bar(start));
    report::print(start, &build.out(), &outcome)?;
    let live = Arc::new(Live::new(&outcome));
    let mount = session.mount();
    let files = Files::new(session.out().to_owned(), mount.clone(), live.clone());
    let watch = watch::Watch::begin(session, live, start.quiet || start.json)?;
    let address = format!("http://localhost:{port}{mount}/");
    if start.json {
        println!("{}", serde_json::json!({ "serving": address }));
    } else {
        println!("Serving {address} (Ctrl-C ends it)");
    }
    let acceptor = TcpAcceptor::from_tokio(listener)?;
    Server::new_with_acceptor(acceptor).run_with_graceful_shutdown(files, stopped(), Some(DRAIN)).await?;
    watch.end().await;
    Ok(ExitCode::SUCCESS)
}

/// Listens on loopback only, whatever `server.bind` says: drafts are nobody else's business.
async fn listen(port: u16) -> Result<(TcpListener, u16), CliError> {
    let address = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), port);
    let listener = TcpListener::bind(address).await.map_err(|error| match error.kind() {
        std::io::ErrorKind::AddrInUse => {
            format!("port {port} is in use: choose another with --port N, or --port 0 for a free one")
        }
        _ => format!("cannot listen on {address}: {error}"),
    })?;
    let port = listener.local_addr()?.port();
    Ok((listener, port))
}

/// Ctrl-C or SIGTERM.
async fn stopped() {
    #[cfg(unix)]
    if let Ok(mut terminate) = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = tokio::signal::ctrl_c() => {}
        }
        return;
    }
    let _ = tokio::signal::ctrl_c().await;
}
