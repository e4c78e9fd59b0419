//! `/healthz`: the process answers, and has not been asked to stop: proxies send nothing more to one that has. `/readyz`: its database can be reached and its schema is current.

use poem::http::{StatusCode, header};
use poem::{Endpoint, Request, Response};
use tokio::sync::watch;

use crate::db::Db;

/// Turns true when the process is to end.
pub(super) struct Alive(pub watch::Receiver<bool>);

impl Endpoint for Alive {
    type Output = Response;

    async fn call(&self, _: Request) -> poem::Result<Response> {
        Ok(match *self.0.borrow() {
            false => plain(StatusCode::OK, "alive\n".to_owned()),
            true => plain(StatusCode::SERVICE_UNAVAILABLE, "stopping\n".to_owned()),
        })
    }
}

pub(super) struct Ready(pub Db);

impl Endpoint for Ready {
    type Output = Response;

    async fn call(&self, _: Request) -> poem::Result<Response> {
        Ok(match self.0.pending_migrations().await {
            Ok(pending) if pending.is_empty() => plain(StatusCode::OK, "ready\n".to_owned()),
            Ok(pending) => {
                let text = format!("not ready: migrations to apply: {}\n", pending.join(", "));
                plain(StatusCode::SERVICE_UNAVAILABLE, text)
            }
            Err(error) => {
                // Anybody may ask; what is wrong inside is for the log.
                tracing::warn!(target: "api", %error, "not ready");
                plain(StatusCode::SERVICE_UNAVAILABLE, "not ready: the database can't be used\n".to_owned())
            }
        })
    }
}

fn plain(status: StatusCode, text: String) -> Response {
    Response::builder()
        .status(status)
        .header(header::CONTENT_TYPE, "text/plain; charset=utf-8")
        .header(header::CACHE_CONTROL, "no-store")
        .body(text)
}
