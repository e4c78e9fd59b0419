//! The files of the last good build over HTTP.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use percent_encoding::percent_decode_str;
use poem::http::{Method, StatusCode, header};
use poem::{Body, Endpoint, Request, Response, Result};

use super::live::{Live, SCRIPT};
use super::media;

/// Serves the output folder.
pub(super) struct Files {
    root: PathBuf,
    /// The path of `base_url`, without a slash at the end: links inside the site begin with it.
    mount: String,
    live: Arc<Live>,
}

impl Files {
    pub(super) fn new(root: PathBuf, mount: String, live: Arc<Live>) -> Files {
        Files { root, mount, live }
    }

    async fn answer(&self, path: &str) -> Response {
        match path {
            "/_citepress/live" => return plain(StatusCode::OK, "text/event-stream", self.live.events()),
            "/_citepress/live.js" => return plain(StatusCode::OK, "text/javascript; charset=utf-8", SCRIPT),
            "/" if !self.mount.is_empty() => return elsewhere(&format!("{}/", self.mount)),
            _ => {}
        }
        let inside = path.strip_prefix(&self.mount).filter(|rest| rest.is_empty() || rest.starts_with('/'));
        let Some(file) = inside.and_then(relative).map(|relative| self.root.join(relative)) else {
            return self.not_found().await;
        };
        if !file.is_dir() {
            return match tokio::fs::read(&file).await {
                Ok(bytes) if !path.ends_with('/') => self.file(StatusCode::OK, &file, bytes),
                _ => self.not_found().await,
            };
        }
        if !path.ends_with('/') {
            return elsewhere(&format!("{path}/"));
        }
        let file = file.join("index.html");
        match tokio::fs::read(&file).await {
            Ok(bytes) => self.file(StatusCode::OK, &file, bytes),
            Err(_) => self.not_found().await,
        }
    }

    async fn not_found(&self) -> Response {
        let file = self.root.join("404.html");
        // Before the first good build there is no 404 page, but there has to be one that shows what is wrong.
        let bytes =
            tokio::fs::read(&file).await.unwrap_or_else(|_| b"<!doctype html><h1>Not found</h1>".to_vec());
        self.file(StatusCode::NOT_FOUND, &file, bytes)
    }

    fn file(&self, status: StatusCode, file: &Path, bytes: Vec<u8>) -> Response {
        let kind = media::of(file);
        let bytes = if kind.starts_with("text/html") { with_tag(bytes, &self.live.tag()) } else { bytes };
        plain(status, kind, bytes)
    }
}

impl Endpoint for Files {
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        if !is_local(request.header(header::HOST)) {
            let what = "This server answers on localhost only.\n";
            return Ok(plain(StatusCode::MISDIRECTED_REQUEST, "text/plain; charset=utf-8", what));
        }
        if !matches!(*request.method(), Method::GET | Method::HEAD) {
            return Ok(plain(
                StatusCode::METHOD_NOT_ALLOWED,
                "text/plain; charset=utf-8",
                "GET and HEAD only.\n",
            ));
        }
        Ok(self.answer(request.uri().path()).await)
    }
}

fn plain(status: StatusCode, kind: &str, body: impl Into<Body>) -> Response {
    let response = Response::builder().status(status).content_type(kind);
    response
        .header(header::CACHE_CONTROL, "no-store")
        .header(header::X_CONTENT_TYPE_OPTIONS, "nosniff")
        .body(body)
}

fn elsewhere(to: &str) -> Response {
    // `//host/` would lead to another site.
    let to = format!("/{}", to.trim_start_matches('/'));
    Response::builder().status(StatusCode::FOUND).header(header::LOCATION, to).finish()
}

/// A page of another site could read drafts through a name of its own that leads to 127.0.0.1 (DNS rebinding).
fn is_local(host: Option<&str>) -> bool {
    let name = host.map(|host| host.rsplit_once(':').map_or(host, |(name, _)| name));
    matches!(name, Some("localhost" | "127.0.0.1"))
}

/// The path below the root, if every segment is an ordinary name. Hidden names are ours or nobody's.
fn relative(path: &str) -> Option<PathBuf> {
    let mut relative = PathBuf::new();
    for segment in path.split('/').filter(|segment| !segment.is_empty()) {
        let segment = percent_decode_str(segment).decode_utf8().ok()?;
        let hidden = segment.starts_with('.') && segment != ".well-known";
        if hidden || segment.contains(['/', '\\', '\0']) {
            return None;
        }
        relative.push(segment.as_ref());
    }
    Some(relative)
}

/// Puts the script before the end of the body, or at the end where there is none.
fn with_tag(mut bytes: Vec<u8>, tag: &str) -> Vec<u8> {
    const END: &[u8] = b"</body>";
    let at = bytes.windows(END.len()).rposition(|window| window.eq_ignore_ascii_case(END));
    let at = at.unwrap_or(bytes.len());
    bytes.splice(at..at, tag.bytes());
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_path_leads_out_of_the_folder() {
        for bad in [
            "/../x",
            "/a/%2e%2e/x",
            "/%2E%2e%2fetc/passwd",
            "/a%5c..%5cx",
            "/.citepress/manifest.txt",
            "/%ff",
        ] {
            assert_eq!(relative(bad), None, "{bad}");
        }
        assert_eq!(relative("/gr%C3%B6%C3%9Fe/"), Some(PathBuf::from("größe")));
        assert_eq!(relative("//a"), Some(PathBuf::from("a")));
    }

    #[test]
    fn the_script_stands_inside_the_body() {
        assert_eq!(with_tag(b"<body>x</BODY></html>".to_vec(), "<s>"), b"<body>x<s></BODY></html>");
        assert_eq!(with_tag(b"x".to_vec(), "<s>"), b"x<s>");
    }

    #[test]
    fn only_this_machines_names_are_answered() {
        assert!(is_local(Some("localhost:8080")));
        assert!(is_local(Some("127.0.0.1")));
        assert!(!is_local(Some("evil.example:8080")));
        assert!(!is_local(None));
    }
}
