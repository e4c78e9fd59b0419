//! Requests of the faces that people and programs call.

use std::time::Instant;

use tracing::Span;
use tracing::field::Empty;

use super::{ANSWERED, REQUEST};

/// Whom a request asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Face {
    /// Programs' face.
    Api,
    /// People's.
    Console,
}

/// A request under way: its span, in which every line carries its id, and when it came.
#[derive(Debug, Clone)]
pub struct Asked {
    face: Face,
    method: &'static str,
    span: Span,
    begun: Instant,
}

impl Asked {
    /// A request has come. `id` is the one that its answer shows.
    pub fn new(face: Face, id: &str, method: &str) -> Asked {
        let method = known(method);
        // A macro's target is fixed where it stands. At the level that no log leaves out: its lines carry the id then,
        // whatever is shown of them.
        let span = match face {
            Face::Api => tracing::error_span!(
                target: "api", REQUEST, request_id = id, face = "api", method, operation = Empty, status = Empty,
                duration_ms = Empty
            ),
            Face::Console => tracing::error_span!(
                target: "console", REQUEST, request_id = id, face = "console", method, operation = Empty,
                status = Empty, duration_ms = Empty
            ),
        };
        Asked { face, method, span, begun: Instant::now() }
    }

    /// The span that its work belongs in.
    pub fn span(&self) -> &Span {
        &self.span
    }

    /// It is answered: one line. `operation` is a name that the program knows, never a path that somebody sent.
    pub fn answered(&self, operation: &str, status: u16) {
        let (method, seconds) = (self.method, self.begun.elapsed().as_secs_f64());
        self.span.in_scope(|| match (self.face, status >= 500) {
            (Face::Api, false) => {
                tracing::debug!(name: ANSWERED, target: "api", face = "api", operation, method, status, seconds, "answered");
            }
            (Face::Api, true) => {
                tracing::warn!(name: ANSWERED, target: "api", face = "api", operation, method, status, seconds, "answered with an error");
            }
            (Face::Console, false) => {
                tracing::debug!(name: ANSWERED, target: "console", face = "console", operation, method, status, seconds, "answered");
            }
            (Face::Console, true) => {
                tracing::warn!(name: ANSWERED, target: "console", face = "console", operation, method, status, seconds, "answered with an error");
            }
        });
        // After the line, which would show them twice.
        self.span.record("operation", operation);
        self.span.record("status", i64::from(status));
        self.span.record("duration_ms", seconds * 1000.0);
    }
}

/// The method, if it is one that anybody needs: a stranger's inventions become no time series.
fn known(method: &str) -> &'static str {
    const KNOWN: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
    KNOWN.into_iter().find(|known| *known == method).unwrap_or("other")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_method_that_somebody_made_up_is_no_name_of_a_time_series() {
        assert_eq!((known("GET"), known("get"), known("X-77")), ("GET", "other", "other"));
    }
}
