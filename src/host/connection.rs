//! A connection, for as long as its requests are plain ones.

use std::future::{Future, poll_fn};
use std::io;
use std::pin::{Pin, pin};
use std::task::Poll;

use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;

use super::Host;
use super::date::DateLine;
use super::patience::Alarm;
use super::plain::{self, Read};
use super::send::send;
use crate::base::HostName;

/// A longer head is hyper's.
const LONGEST: usize = 8 * 1024;
/// What a read has room for: most heads fit.
const READ: usize = 1024;

impl Host {
    /// Answers plain requests until there is one that is not, or the client has gone or is too slow, or `stopped` comes
    /// between two of them. Gives the bytes read of what is not plain: they are the beginning of the next request.
    /// `console`: hosts whose requests are never plain.
    ///
    /// # Errors
    /// When the connection breaks, or the client takes nothing of an answer for too long.
    pub async fn answer_plain(
        &self,
        stream: &mut TcpStream,
        console: &[HostName],
        stopped: impl Future<Output = ()>,
    ) -> io::Result<Option<Vec<u8>>> {
        let mut stopped = pin!(stopped);
        let (mut alarm, mut date) = (Alarm::set(), DateLine::default());
        let (mut bytes, mut head) = (Vec::with_capacity(2 * READ), Vec::with_capacity(1024));
        loop {
            let mut done = 0;
            while done < bytes.len() {
                match plain::read(&bytes[done..]) {
                    Read::Plain(plain) => {
                        let Some(body) = self.inner.ready(&plain, console, &mut date, &mut head).await else {
                            return Ok(Some(bytes.split_off(done)));
                        };
                        send(stream, &mut alarm, &head, &body).await?;
                        self.inner.traffic.count(status_of(&head), body.len() as u64);
                        done += plain.len;
                    }
                    Read::Partial if bytes.len() - done < LONGEST => break,
                    Read::Partial | Read::Other => return Ok(Some(bytes.split_off(done))),
                }
            }
            bytes.drain(..done);
            if !receive(stream, &mut alarm, &mut bytes, stopped.as_mut()).await? {
                return Ok(None);
            }
        }
    }
}

/// The status that a head of ours begins with: nobody else knows what was decided.
fn status_of(head: &[u8]) -> u16 {
    let digits = head.get("HTTP/1.1 ".len()..).unwrap_or_default().iter().take(3);
    digits.fold(0, |status, digit| status * 10 + u16::from(digit.wrapping_sub(b'0')))
}

/// Reads some more; `false` if nothing will come, or nothing came in time.
async fn receive(
    stream: &mut TcpStream,
    alarm: &mut Alarm,
    bytes: &mut Vec<u8>,
    mut stopped: Pin<&mut impl Future<Output = ()>>,
) -> io::Result<bool> {
    let idle = bytes.is_empty();
    bytes.reserve(READ);
    let mut reading = pin!(stream.read_buf(bytes));
    poll_fn(|cx| {
        if let Poll::Ready(read) = reading.as_mut().poll(cx) {
            return Poll::Ready(read.map(|count| count > 0));
        }
        // A request that has begun to come is still answered.
        if idle && stopped.as_mut().poll(cx).is_ready() {
            return Poll::Ready(Ok(false));
        }
        alarm.poll(cx).map(|()| Ok(false))
    })
    .await
}
