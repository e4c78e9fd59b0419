//! The web pages that the demo crawls, served by the demo itself below `/demo/`.

use std::path::{Path, PathBuf};

use poem::http::{StatusCode, header};
use poem::{Endpoint, Request, Response, Route};

struct Origin {
    folder: PathBuf,
}

/// Where a page of the plan (`pages/about.html`) can be fetched.
pub(super) fn address(port: u16, name: &str) -> String {
    format!("http://localhost:{port}/demo/{}", name.strip_prefix("pages/").unwrap_or(name))
}

pub(super) fn at(routes: Route, from: &Path) -> Route {
    let folder = from.join("pages");
    routes.at("/robots.txt", Origin { folder: folder.clone() }).at("/demo/*path", Origin { folder })
}

impl Endpoint for Origin {
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        let name = request.uri().path().rsplit('/').next().unwrap_or_default();
        let media_type = match name.rsplit_once('.') {
            Some((_, "html")) => "text/html; charset=utf-8",
            Some((_, "txt")) => "text/plain; charset=utf-8",
            _ => return Ok(StatusCode::NOT_FOUND.into()),
        };
        // A last part without a slash in it, which is no hidden file, can't leave the folder.
        match std::fs::read(self.folder.join(name)) {
            Ok(bytes) if !name.starts_with('.') => {
                Ok(Response::builder().header(header::CONTENT_TYPE, media_type).body(bytes))
            }
            _ => Ok(StatusCode::NOT_FOUND.into()),
        }
    }
}
