//! A server of somebody else's that takes what is posted to it, and keeps a journal.

use std::sync::{Arc, Mutex};

use poem::http::StatusCode;
use poem::listener::TcpAcceptor;
use poem::{Endpoint, Request, Response, Server};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// What was posted.
#[derive(Debug, Clone)]
pub struct Posted {
    pub path: String,
    pub headers: poem::http::HeaderMap,
    pub body: Vec<u8>,
}

impl Posted {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

type Journal = Arc<Mutex<Vec<Posted>>>;

/// Ends with its owner.
pub struct Receiver {
    pub port: u16,
    journal: Journal,
    task: JoinHandle<()>,
}

struct Taking(Journal);

impl Endpoint for Taking {
    type Output = Response;

    async fn call(&self, mut request: Request) -> poem::Result<Response> {
        let body = request.take_body().into_vec().await?;
        let path = request.uri().path().to_owned();
        self.0.lock().unwrap().push(Posted { path, headers: request.headers().clone(), body });
        Ok(Response::builder().status(StatusCode::OK).content_type("application/json").body("{}"))
    }
}

impl Receiver {
    pub async fn start() -> Receiver {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let journal = Journal::default();
        let server = Server::new_with_acceptor(TcpAcceptor::from_tokio(listener).unwrap());
        let taking = Taking(Arc::clone(&journal));
        let task = tokio::spawn(async move { server.run(taking).await.unwrap() });
        Receiver { port, journal, task }
    }

    pub fn journal(&self) -> Vec<Posted> {
        self.journal.lock().unwrap().clone()
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.task.abort();
    }
}
