//! Accepting connections: so many at once, each left when it is slow, all of them brought to an orderly end.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use poem::http::uri::Scheme;
use poem::http::{HeaderValue, header};
use poem::web::{LocalAddr, RemoteAddr};
use poem::{Addr, Endpoint};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;

use super::front::{Front, TRACE_PARENT, TRACE_STATE};
use super::handed::Handed;
use super::patient::patient;
use super::places::places;
use crate::host::PATIENCE;
use crate::limits::{Proxies, client};

/// A pause after the system has refused a connection: mostly there are too many open files.
const BREATH: Duration = Duration::from_millis(50);
/// For how long a process that was asked to stop goes on answering where proxies stand before it: they look at `/healthz` every
/// half second (Caddyfile), and must have heard that it is going before they find a door shut with a request in their hands.
const LEAVING: Duration = Duration::from_secs(3);
/// The most that hyper keeps of a request's head.
const LONGEST_HEAD: usize = 64 * 1024;

/// What all connections share.
#[derive(Clone)]
pub(super) struct Connections {
    front: Arc<Front>,
    places: Arc<Semaphore>,
    proxies: Arc<[Proxies]>,
    stopped: watch::Receiver<bool>,
}

impl Connections {
    /// At most `most` at once, until `stopped` is true; `proxies` speak for their clients.
    pub(super) fn new(
        front: Front,
        most: usize,
        proxies: &[Proxies],
        stopped: watch::Receiver<bool>,
    ) -> Connections {
        let places = Arc::new(Semaphore::new(places(most).clamp(1, Semaphore::MAX_PERMITS)));
        Connections { front: Arc::new(front), places, proxies: proxies.into(), stopped }
    }

    /// Accepts until the end; then requests under way may finish within `drain`.
    pub(super) async fn serve(self, listener: TcpListener, drain: Duration) {
        let mut tasks = JoinSet::new();
        let mut over = pin!(self.over());
        loop {
            let accept = async {
                // Who finds no place waits in the system's queue.
                let place = Arc::clone(&self.places).acquire_owned().await;
                (listener.accept().await, place)
            };
            tokio::select! {
                () = &mut over => break,
                Some(_) = tasks.join_next() => {}
                (accepted, place) = accept => match accepted {
                    Ok((stream, remote)) => {
                        let connections = self.clone();
                        tasks.spawn(async move {
                            // Connections break; that is their peers' business.
                            let _ = connections.connection(stream, remote).await;
                            drop(place);
                        });
                    }
                    Err(error) => {
                        tracing::warn!(target: "app", %error, "a connection could not be accepted");
                        tokio::time::sleep(BREATH).await;
                    }
                }
            }
        }
        drop(listener);
        let all = async { while tasks.join_next().await.is_some() {} };
        // What is left then is dropped with the set.
        let _ = tokio::time::timeout(drain, all).await;
    }

    async fn connection(&self, mut stream: TcpStream, remote: SocketAddr) -> io::Result<()> {
        stream.set_nodelay(true)?;
        let sites = self.front.sites();
        let plain = sites.answer_plain(&mut stream, self.front.own_hosts(), self.over());
        match plain.await? {
            // hyper takes a kilobyte or two of a task: only those connections that need it have it.
            Some(read) => Box::pin(self.by_hyper(stream, read, remote)).await,
            None => Ok(()),
        }
    }

    /// Serves the rest of a connection of which `read` was read already.
    async fn by_hyper(&self, stream: TcpStream, read: Vec<u8>, remote: SocketAddr) -> io::Result<()> {
        let local = LocalAddr(Addr::SocketAddr(stream.local_addr()?));
        let is_trusted = self.proxies.iter().any(|known| known.contains(remote.ip()));
        let service = service_fn(|mut request: hyper::Request<Incoming>| {
            // A stranger's trace is not ours: it would be kept, or not, as he likes.
            if !is_trusted {
                request.headers_mut().remove(TRACE_PARENT);
                request.headers_mut().remove(TRACE_STATE);
            }
            // Each request of its own: one connection of a proxy carries many clients.
            let lines = request.headers().get_all("x-forwarded-for").iter();
            let client = client(remote.ip(), lines.map(HeaderValue::as_bytes), &self.proxies);
            let client = RemoteAddr(Addr::SocketAddr(SocketAddr::new(client, remote.port())));
            let request = (request, local.clone(), client, Scheme::HTTP).into();
            async {
                let mut response = self.front.get_response(patient(request)).await;
                if *self.stopped.borrow() {
                    response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
                }
                Ok::<_, Infallible>(hyper::Response::from(response))
            }
        });
        let mut http = http1::Builder::new();
        http.timer(TokioTimer::new()).header_read_timeout(PATIENCE).max_buf_size(LONGEST_HEAD);
        let io = TokioIo::new(Handed::new(stream, read));
        let mut connection = pin!(http.serve_connection(io, service));
        tokio::select! {
            ended = &mut connection => return ended.map_err(io::Error::other),
            () = self.over() => connection.as_mut().graceful_shutdown(),
        }
        connection.await.map_err(io::Error::other)
    }

    /// When no further request is taken: some time after the process was asked to stop, if proxies have to hear of it first.
    async fn over(&self) {
        // An error says that the sender is gone, which comes to the same.
        let _ = self.stopped.clone().wait_for(|stopped| *stopped).await;
        if !self.proxies.is_empty() {
            tokio::time::sleep(LEAVING).await;
        }
    }
}
