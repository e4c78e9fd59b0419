//! Archives, as they are read.

use bytes::Bytes;
use futures_util::{Stream, StreamExt, TryStreamExt};
use poem::http::header;
use poem::{Body, IntoResponse, Response};
use poem_openapi::ApiResponse;
use poem_openapi::registry::{
    MetaMediaType, MetaResponse, MetaResponses, MetaSchema, MetaSchemaRef, Registry,
};

const ZIP: &str = "application/zip";

/// A ZIP archive. It is never in memory as a whole; when it can't be read to its end the connection is cut, so that
/// nobody takes a part for the whole.
pub(super) struct Download(Response);

impl Download {
    /// `name` is what the file is to be called: letters, digits, hyphens, underscores and points.
    pub(super) fn new<E: std::error::Error + Send + Sync + 'static>(
        name: &str,
        len: u64,
        content: impl Stream<Item = Result<Bytes, E>> + Send + 'static,
    ) -> Download {
        let body = Body::from_bytes_stream(content.map_err(std::io::Error::other).boxed());
        let response = Response::builder()
            .content_type(ZIP)
            .header(header::CONTENT_LENGTH, len)
            .header(header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\""))
            .header(header::CACHE_CONTROL, "no-store")
            .body(body);
        Download(response)
    }
}

impl Download {
    /// One whose length is known at its end.
    pub(super) fn unmeasured<E: std::error::Error + Send + Sync + 'static>(
        name: &str,
        content: impl Stream<Item = Result<Bytes, E>> + Send + 'static,
    ) -> Download {
        let mut whole = Download::new(name, 0, content);
        whole.0.headers_mut().remove(header::CONTENT_LENGTH);
        whole
    }
}

impl IntoResponse for Download {
    fn into_response(self) -> Response {
        self.0
    }
}

impl ApiResponse for Download {
    fn meta() -> MetaResponses {
        let schema = MetaSchemaRef::Inline(Box::new(MetaSchema::new_with_format("string", "binary")));
        let content = vec![MetaMediaType { content_type: ZIP, schema }];
        let (status, description) = (Some(200), "The archive");
        let found = MetaResponse { description, status, status_range: None, content, headers: Vec::new() };
        MetaResponses { responses: vec![found] }
    }

    fn register(_: &mut Registry) {}
}
