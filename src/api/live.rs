//! Server-sent events (WHATWG HTML, 9.2) with numbers: a client that comes back says the last one that it has seen.

use std::time::Duration;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use futures_util::stream::{self, BoxStream};
use futures_util::{Stream, StreamExt};
use poem::{Body, IntoResponse, Response};
use poem_openapi::ApiResponse;
use poem_openapi::registry::{
    MetaMediaType, MetaResponse, MetaResponses, MetaSchema, MetaSchemaRef, Registry,
};
use poem_openapi::types::{ToJSON, Type};

/// A quiet stream says so often that it is there: proxies close what says nothing for a minute.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// Lines, with numbers to resume from where they have some, until the end comes.
pub(super) struct Live<T> {
    after: Option<i64>,
    lines: BoxStream<'static, (Option<i64>, T)>,
    end: BoxFuture<'static, ()>,
}

impl<T: Send + 'static> Live<T> {
    pub(super) fn new(
        after: i64,
        lines: BoxStream<'static, (i64, T)>,
        end: BoxFuture<'static, ()>,
    ) -> Live<T> {
        let lines = lines.map(|(number, line)| (Some(number), line)).boxed();
        Live { after: Some(after), lines, end }
    }

    /// Lines that nobody resumes from.
    pub(super) fn unnumbered(lines: BoxStream<'static, T>, end: BoxFuture<'static, ()>) -> Live<T> {
        Live { after: None, lines: lines.map(|line| (None, line)).boxed(), end }
    }
}

impl<T: ToJSON + Send + 'static> IntoResponse for Live<T> {
    fn into_response(self) -> Response {
        // The number without an event: a client that loses the connection before the first event resumes from here.
        let first = stream::iter(self.after.map(|after| Bytes::from(format!("id: {after}\n\n"))));
        let line = |(number, line): (Option<i64>, T)| {
            let id = number.map_or_else(String::new, |number| format!("id: {number}\n"));
            Bytes::from(format!("{id}data: {}\n\n", line.to_json_string()))
        };
        let chunks = first.chain(kept_alive(self.lines.map(line))).take_until(self.end);
        let body = Body::from_bytes_stream(chunks.map(Ok::<_, std::io::Error>));
        Response::builder().content_type("text/event-stream").header("Cache-Control", "no-store").body(body)
    }
}

/// The chunks, and a comment where none comes for a while.
fn kept_alive(chunks: impl Stream<Item = Bytes> + Send + 'static) -> impl Stream<Item = Bytes> + Send {
    stream::unfold(chunks.boxed(), |mut chunks| async move {
        match tokio::time::timeout(KEEP_ALIVE, chunks.next()).await {
            Ok(chunk) => Some((chunk?, chunks)),
            Err(_) => Some((Bytes::from_static(b":\n\n"), chunks)),
        }
    })
}

impl<T: ToJSON> ApiResponse for Live<T> {
    fn meta() -> MetaResponses {
        let items = Some(Box::new(T::schema_ref()));
        let schema = MetaSchema { items, ..MetaSchema::new_with_format("array", "event-stream") };
        let schema = MetaSchemaRef::Inline(Box::new(schema));
        let content = vec![MetaMediaType { content_type: "text/event-stream", schema }];
        let (status, description) = (Some(200), "Events as they happen");
        let live = MetaResponse { description, status, status_range: None, content, headers: Vec::new() };
        MetaResponses { responses: vec![live] }
    }

    fn register(registry: &mut Registry) {
        <T as Type>::register(registry);
    }
}
