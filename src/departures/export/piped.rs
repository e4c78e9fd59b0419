//! From the thread that packs to the task that keeps, through a bounded channel.

use std::io::{self, Write};

use bytes::{Bytes, BytesMut};
use tokio::sync::mpsc;

const IN_FLIGHT: usize = 4;
const PIECE: usize = 256 * 1024;

/// The end that is written to, on a thread that may wait.
pub(super) struct Pipe {
    pieces: mpsc::Sender<Bytes>,
    begun: BytesMut,
}

pub(super) fn pipe() -> (Pipe, mpsc::Receiver<Bytes>) {
    let (pieces, receiver) = mpsc::channel(IN_FLIGHT);
    (Pipe { pieces, begun: BytesMut::with_capacity(PIECE) }, receiver)
}

impl Pipe {
    fn send(&mut self) -> io::Result<()> {
        let piece = self.begun.split().freeze();
        self.pieces.blocking_send(piece).map_err(|_| io::ErrorKind::BrokenPipe.into())
    }
}

impl Write for Pipe {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.begun.extend_from_slice(bytes);
        if self.begun.len() >= PIECE {
            self.send()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.begun.is_empty() { Ok(()) } else { self.send() }
    }
}
