//! A small server on a free port of loopback that does what it is told, and not only what is right.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// A request that came.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    pub(crate) path: String,
    /// The head in lower case.
    pub(crate) head: String,
    /// The head as it came.
    pub(crate) raw_head: String,
    pub(crate) body: String,
    pub(crate) at: Instant,
}

/// What is sent back before the connection is closed.
pub(crate) enum Reply {
    Bytes(Vec<u8>),
    /// The bytes, then this piece again and again.
    Endless(Vec<u8>, Vec<u8>),
    /// The bytes, then one more at a time.
    Drip(Vec<u8>, Duration),
    /// Nothing, for ever.
    Hang,
}

/// Ends with its owner.
pub(crate) struct Server {
    address: SocketAddr,
    journal: Arc<Mutex<Vec<Seen>>>,
    task: JoinHandle<()>,
}

impl Server {
    pub(crate) async fn start(answer: impl Fn(&Seen) -> Reply + Send + Sync + 'static) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let journal = Arc::new(Mutex::new(Vec::new()));
        let (answer, seen) = (Arc::new(answer), Arc::clone(&journal));
        let task = tokio::spawn(async move {
            // The connections belong to the listener's task: they end with it.
            let mut connections = tokio::task::JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                let (answer, seen) = (Arc::clone(&answer), Arc::clone(&seen));
                connections.spawn(async move {
                    let _ = serve(stream, &*answer, &seen).await;
                });
            }
        });
        Server { address, journal, task }
    }

    /// A server with some pages, each a path and the whole answer; 404 for all else.
    pub(crate) async fn with(pages: Vec<(&'static str, Vec<u8>)>) -> Server {
        Server::start(move |seen| {
            let page = pages.iter().find(|(path, _)| *path == seen.path);
            Reply::Bytes(page.map_or_else(|| status("404 Not Found"), |(_, answer)| answer.clone()))
        })
        .await
    }

    /// Nobody listens there when this returns.
    pub(crate) async fn stop(mut self) {
        self.task.abort();
        let _ = (&mut self.task).await;
    }

    /// Host and port.
    pub(crate) fn address(&self) -> String {
        self.address.to_string()
    }

    pub(crate) fn port(&self) -> u16 {
        self.address.port()
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub(crate) fn journal(&self) -> Vec<Seen> {
        self.journal.lock().unwrap().clone()
    }

    /// The paths that were asked for, in order.
    pub(crate) fn paths(&self) -> Vec<String> {
        self.journal().into_iter().map(|seen| seen.path).collect()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(
    mut stream: TcpStream,
    answer: &(dyn Fn(&Seen) -> Reply + Send + Sync),
    journal: &Mutex<Vec<Seen>>,
) -> std::io::Result<()> {
    let seen = read(&mut stream).await?;
    let reply = answer(&seen);
    journal.lock().unwrap().push(seen);
    match reply {
        Reply::Bytes(bytes) => stream.write_all(&bytes).await?,
        Reply::Endless(head, piece) => {
            stream.write_all(&head).await?;
            loop {
                stream.write_all(&piece).await?;
            }
        }
        Reply::Drip(head, every) => {
            stream.write_all(&head).await?;
            loop {
                tokio::time::sleep(every).await;
                stream.write_all(b"x").await?;
            }
        }
        Reply::Hang => tokio::time::sleep(Duration::from_secs(3600)).await,
    }
    stream.shutdown().await
}

async fn read(stream: &mut TcpStream) -> std::io::Result<Seen> {
    let mut bytes = Vec::new();
    let mut buffer = [0; 8192];
    loop {
        let text = String::from_utf8_lossy(&bytes);
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let (raw_head, head) = (head.to_owned(), head.to_lowercase());
            let length =
                head.lines().find_map(|line| line.strip_prefix("content-length:")?.trim().parse().ok());
            if body.len() >= length.unwrap_or(0) {
                let path = text.split(' ').nth(1).unwrap_or_default().to_owned();
                return Ok(Seen { path, head, raw_head, body: body.to_owned(), at: Instant::now() });
            }
        }
        let count = stream.read(&mut buffer).await?;
        if count == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        bytes.extend_from_slice(&buffer[..count]);
    }
}

/// A whole answer.
pub(crate) fn answer(status: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let head =
        format!("HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {}\r\n{headers}\r\n", body.len());
    [head.as_bytes(), body].concat()
}

pub(crate) fn html(body: &str) -> Vec<u8> {
    answer("200 OK", "Content-Type: text/html; charset=utf-8\r\n", body.as_bytes())
}

pub(crate) fn text(body: &str) -> Vec<u8> {
    answer("200 OK", "Content-Type: text/plain\r\n", body.as_bytes())
}

pub(crate) fn status(status: &str) -> Vec<u8> {
    answer(status, "", b"")
}

pub(crate) fn redirect(to: &str) -> Vec<u8> {
    answer("302 Found", &format!("Location: {to}\r\n"), b"")
}

/// The head of an answer whose length it does not say.
pub(crate) fn open_head(headers: &str) -> Vec<u8> {
    format!("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: text/html\r\n{headers}\r\n").into_bytes()
}
