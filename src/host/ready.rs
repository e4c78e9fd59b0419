//! The answer to a plain request, as it is sent.

use bytes::Bytes;

use super::date::DateLine;
use super::files::LARGEST_KEPT;
use super::found::is_page;
use super::plain::Plain;
use super::sendable::Content;
use super::{Inner, answer, path};
use crate::base::HostName;

impl Inner {
    /// Writes the answer's head into `head`, and gives its body. `None` for everything but a page
    /// or file that is there and has not moved: what else there is to say is said by [`Inner::respond`].
    pub(super) async fn ready(
        &self,
        plain: &Plain<'_>,
        console: &[HostName],
        date: &mut DateLine,
        head: &mut Vec<u8>,
    ) -> Option<Content> {
        let host = HostName::from_header(plain.host).ok().filter(|host| !console.contains(host))?;
        let live = self.live.of(&host).await.ok()??;
        if live.canonical.is_some() {
            return None;
        }
        let wanted = path::wanted(plain.path)?;
        if plain.wishes.markdown && is_page(&wanted.file) {
            return None;
        }
        let found = self.files.find(live.manifest?, &wanted.file).await.ok()??;
        let variant = found.choose(&plain.wishes);
        if found.redirect.is_some() || variant.blob.len > LARGEST_KEPT {
            return None;
        }
        let fresh = plain.if_none_match.is_some_and(|list| answer::is_fresh(list.as_bytes(), variant));
        let now = self.clock.millis();
        let body = match fresh || plain.head_only {
            true => Content::Bytes(Bytes::new()),
            false => self.files.sendable(variant.blob, now).await.ok()?,
        };
        let status: &[u8] = if fresh { b"HTTP/1.1 304 Not Modified\r\n" } else { b"HTTP/1.1 200 OK\r\n" };
        head.clear();
        for part in [status, date.at(now), &self.common_lines, found.lines(variant)] {
            head.extend_from_slice(part);
        }
        if !fresh {
            head.extend_from_slice(b"content-length: ");
            head.extend_from_slice(variant.blob.len.to_string().as_bytes());
            head.extend_from_slice(b"\r\n");
        }
        head.extend_from_slice(b"\r\n");
        Some(body)
    }
}
