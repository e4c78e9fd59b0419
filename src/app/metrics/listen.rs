//! A port for metrics alone, where a setting asks for one: for workers, which have no other, and for servers whose figures are
//! not to be on the public one.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use poem::http::StatusCode;
use poem::http::uri::Scheme;
use poem::web::{LocalAddr, RemoteAddr};
use poem::{Addr, Request, Response};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::{METRICS, Metrics};
use crate::config::Settings;
use crate::host::PATIENCE;

/// Connections at once: scrapers are few.
const PLACES: usize = 16;
/// The longest that a connection may be kept.
const LONGEST: Duration = Duration::from_secs(5 * 60);
const BREATH: Duration = Duration::from_millis(50);

/// The port, before there are figures to answer with.
#[derive(Debug)]
pub struct MetricsPort {
    listener: TcpListener,
    address: SocketAddr,
}

impl MetricsPort {
    /// Takes the address of the settings, where they name one.
    ///
    /// # Errors
    /// When it is taken or may not be used: the message names it and a way out.
    pub async fn bind(settings: &Settings) -> Result<Option<MetricsPort>, String> {
        let Some(wanted) = settings.metrics.bind else { return Ok(None) };
        let listener = TcpListener::bind(wanted).await.map_err(|error| {
            let cure =
                "choose another with metrics.bind (each process needs its own), or end what is using it";
            format!("metrics.bind: {wanted} can't be listened on ({error}): {cure}")
        })?;
        let address = listener.local_addr().map_err(|error| error.to_string())?;
        Ok(Some(MetricsPort { listener, address }))
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Answers until it is dropped.
    pub(in crate::app) async fn serve(self, metrics: Metrics) {
        let places = Arc::new(Semaphore::new(PLACES));
        // Ends with its owner.
        let mut tasks = JoinSet::new();
        loop {
            let place = Arc::clone(&places).acquire_owned().await;
            while tasks.try_join_next().is_some() {}
            match self.listener.accept().await {
                Ok((stream, remote)) => {
                    let metrics = metrics.clone();
                    tasks.spawn(async move {
                        let _ = tokio::time::timeout(LONGEST, connection(stream, remote, metrics)).await;
                        drop(place);
                    });
                }
                Err(error) => {
                    tracing::warn!(target: "app", %error, "a connection for metrics could not be accepted");
                    tokio::time::sleep(BREATH).await;
                }
            }
        }
    }
}

async fn connection(stream: TcpStream, remote: SocketAddr, metrics: Metrics) -> Result<(), hyper::Error> {
    let local = stream.local_addr().map_or_else(|_| Addr::custom("tcp", ""), Addr::SocketAddr);
    let service = service_fn(|request: hyper::Request<Incoming>| {
        let (local, remote) = (LocalAddr(local.clone()), RemoteAddr(Addr::SocketAddr(remote)));
        let request: Request = (request, local, remote, Scheme::HTTP).into();
        let metrics = metrics.clone();
        async move { Ok::<_, Infallible>(hyper::Response::from(answer(&request, &metrics).await)) }
    });
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(PATIENCE);
    http.serve_connection(TokioIo::new(stream), service).await
}

async fn answer(request: &Request, metrics: &Metrics) -> Response {
    if request.uri().path() == METRICS && request.method().is_safe() && metrics.admits_in_private(request) {
        metrics.answer().await
    } else {
        Response::builder().status(StatusCode::NOT_FOUND).body("not found\n")
    }
}
