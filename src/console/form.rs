//! What a form brings: text fields and files, bounded, already proved to come from one of our own pages.

use std::sync::Arc;

use bytes::Bytes;
use poem::http::{StatusCode, header};
use poem::{FromRequest, Request, RequestBody};

use super::Desk;
use super::fault::Fault;
use super::limits::Limits;
use crate::base::Secret;
use crate::limits::Place;
use crate::tenancy::PersonId;

/// The most that a form's texts take together, in bytes.
const TEXTS: usize = 4 * 1024 * 1024;
/// The most that a form of somebody takes who is not signed in: an address, a name, a password.
const OF_STRANGERS: usize = 64 * 1024;
/// What is larger takes a place: few such forms are in memory at once.
const LARGE: usize = 256 * 1024;
/// The most that a form with files takes.
const WITH_FILES: usize = 32 * 1024 * 1024;
/// The most fields and files of one form.
const PARTS: usize = 2_000;

/// A file that came with a form.
#[derive(Debug, Clone)]
pub(super) struct Upload {
    /// What its sender calls it.
    pub name: String,
    pub bytes: Bytes,
}

/// A form's fields in their order. Only the door makes one, after it has looked at its token.
#[derive(Clone, Default)]
pub(super) struct Posted(Arc<Parts>);

#[derive(Default)]
struct Parts {
    fields: Vec<(String, String)>,
    files: Vec<Upload>,
    /// Given back when nobody holds the form any more.
    _place: Option<Place<PersonId>>,
}

impl Posted {
    /// A field's text without white space around it; empty where there is none.
    pub fn text(&self, name: &str) -> &str {
        self.raw(name).trim()
    }

    /// A field's text as it was sent, with the line ends of a text file.
    pub fn document(&self, name: &str) -> String {
        self.raw(name).replace("\r\n", "\n")
    }

    /// A field that is not to be shown again.
    pub fn secret(&self, name: &str) -> Secret {
        Secret::new(self.raw(name))
    }

    /// Every text of a field that may come more than once.
    pub fn all<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a str> + use<'a> {
        let name = name.to_owned();
        self.0.fields.iter().filter(move |(known, _)| *known == name).map(|(_, text)| text.as_str())
    }

    /// Whether a box is ticked.
    pub fn is_ticked(&self, name: &str) -> bool {
        !self.raw(name).is_empty()
    }

    /// The files; a file field that was left empty brings none.
    pub fn files(&self) -> &[Upload] {
        &self.0.files
    }

    pub(super) fn raw(&self, name: &str) -> &str {
        self.0.fields.iter().find(|(known, _)| known == name).map_or("", |(_, text)| text)
    }

    /// Reads the body of a request by `sender`, if they are signed in: nobody else can make us keep much.
    pub(super) async fn read(
        request: &mut Request,
        sender: Option<PersonId>,
        limits: &Limits,
    ) -> Result<Posted, Fault> {
        let media = request.content_type().unwrap_or_default().to_owned();
        let boundary = multer::parse_boundary(&media).ok();
        let place = match sender {
            Some(sender) if boundary.is_some() || is_large(request) => Some(limits.large_form(sender)?),
            _ => None,
        };
        if let Some(boundary) = boundary {
            sender.ok_or(Fault::SignIn)?;
            return with_files(request, boundary, place).await;
        }
        let is_form =
            media.split(';').next().is_some_and(|media| media.trim() == "application/x-www-form-urlencoded");
        let most = if sender.is_some() { TEXTS } else { OF_STRANGERS };
        let body = request.take_body().into_bytes_limit(most).await.map_err(|_| too_large())?;
        if !is_form && !body.is_empty() {
            return Err(Fault::told(StatusCode::UNSUPPORTED_MEDIA_TYPE, "The console takes forms alone."));
        }
        let fields: Vec<_> = url::form_urlencoded::parse(&body).into_owned().take(PARTS + 1).collect();
        if fields.len() > PARTS {
            return Err(too_large());
        }
        Posted::of(Parts { fields, files: Vec::new(), _place: place })
    }

    /// No text of a form holds NUL: nobody types it, and PostgreSQL does not keep it.
    fn of(parts: Parts) -> Result<Posted, Fault> {
        if parts.fields.iter().any(|(name, text)| name.contains('\0') || text.contains('\0')) {
            let detail =
                "The form holds the character NUL, which no text has. Take it out and send the form again.";
            return Err(Fault::told(StatusCode::BAD_REQUEST, detail));
        }
        Ok(Posted(Arc::new(parts)))
    }
}

/// Whether a body is long, or does not say how long it is.
fn is_large(request: &Request) -> bool {
    let length =
        request.headers().get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    length.is_none_or(|length: usize| length > LARGE)
}

async fn with_files(
    request: &mut Request,
    boundary: String,
    place: Option<Place<PersonId>>,
) -> Result<Posted, Fault> {
    let size = multer::SizeLimit::new().whole_stream(WITH_FILES as u64).per_field(WITH_FILES as u64);
    let constraints = multer::Constraints::new().size_limit(size);
    let body = request.take_body().into_bytes_stream();
    let mut parts = multer::Multipart::with_constraints(body, boundary, constraints);
    let mut read = Parts { _place: place, ..Parts::default() };
    let broken = |error: multer::Error| match error {
        multer::Error::StreamSizeExceeded { .. } | multer::Error::FieldSizeExceeded { .. } => too_large(),
        _ => Fault::told(StatusCode::BAD_REQUEST, "The form did not come whole. Send it again."),
    };
    while let Some(field) = parts.next_field().await.map_err(broken)? {
        if read.fields.len() + read.files.len() >= PARTS {
            return Err(too_large());
        }
        let name = field.name().unwrap_or_default().to_owned();
        match field.file_name().map(str::to_owned) {
            Some(file) => {
                let bytes = field.bytes().await.map_err(broken)?;
                if !file.is_empty() {
                    read.files.push(Upload { name: file, bytes });
                }
            }
            None => read.fields.push((name, field.text().await.map_err(broken)?)),
        }
    }
    Posted::of(read)
}

fn too_large() -> Fault {
    let detail =
        "That is too much at once: a form takes 4 MB of text, or 32 MB with files. Send it in parts.";
    Fault::told(StatusCode::PAYLOAD_TOO_LARGE, detail)
}

impl<'a> FromRequest<'a> for Posted {
    async fn from_request(request: &'a Request, _: &mut RequestBody) -> poem::Result<Self> {
        // A handler of GET that asks for a form gets an empty one.
        Ok(request.data::<Posted>().cloned().unwrap_or_default())
    }
}

/// What is at hand in every handler.
impl<'a> FromRequest<'a> for &'a Desk {
    async fn from_request(request: &'a Request, _: &mut RequestBody) -> poem::Result<Self> {
        let desk = request.data::<Arc<Desk>>().ok_or_else(|| Fault::broken(&"no desk"))?;
        Ok(desk)
    }
}
