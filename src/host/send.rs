//! Sending an answer.

use std::future::poll_fn;
use std::io::{self, ErrorKind, IoSlice};
use std::task::{Poll, ready};

use rustix::fs::sendfile;
use rustix::io::writev;
use rustix::net::{SendFlags, send as send_bytes};
use tokio::io::Interest;
use tokio::net::TcpStream;

use super::patience::Alarm;
use super::sendable::Content;

/// Sends head and body.
///
/// # Errors
/// When the connection breaks, or the client takes nothing for too long.
pub(super) async fn send(
    stream: &TcpStream,
    alarm: &mut Alarm,
    head: &[u8],
    body: &Content,
) -> io::Result<()> {
    match body {
        Content::Bytes(body) => {
            let mut parts = [IoSlice::new(head), IoSlice::new(body)];
            let mut left = &mut parts[..];
            while !left.is_empty() {
                let sent = written(stream, alarm, || Ok(writev(stream, left)?)).await?;
                IoSlice::advance_slices(&mut left, sent);
            }
        }
        Content::File(file, len) => {
            let mut left = head;
            while !left.is_empty() {
                // More is to come: the head waits for the body and leaves in one packet with it.
                let sent = written(stream, alarm, || Ok(send_bytes(stream, left, SendFlags::MORE)?)).await?;
                left = &left[sent..];
            }
            let mut at = 0;
            while at < *len as u64 {
                let left = len - usize::try_from(at).unwrap_or(*len);
                written(stream, alarm, || Ok(sendfile(stream, file, Some(&mut at), left)?)).await?;
            }
        }
    }
    Ok(())
}

/// Writes something, when there is room: how much.
async fn written(
    stream: &TcpStream,
    alarm: &mut Alarm,
    mut write: impl FnMut() -> io::Result<usize>,
) -> io::Result<usize> {
    let count = poll_fn(|cx| {
        loop {
            match stream.poll_write_ready(cx)? {
                Poll::Pending => {
                    ready!(alarm.poll(cx));
                    return Poll::Ready(Err(ErrorKind::TimedOut.into()));
                }
                Poll::Ready(()) => match stream.try_io(Interest::WRITABLE, &mut write) {
                    // Nobody has room for it now: asked again, tokio waits.
                    Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                    count => return Poll::Ready(count),
                },
            }
        }
    });
    let count = count.await?;
    alarm.put_off();
    if count == 0 { Err(ErrorKind::WriteZero.into()) } else { Ok(count) }
}
