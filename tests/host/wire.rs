//! Requests written by hand, answers as they come.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// A connection to the server.
pub struct Wire {
    stream: TcpStream,
    read: Vec<u8>,
}

/// An answer: its status line, its header lines in order of the alphabet but for `date`, and its body.
#[derive(Debug, PartialEq, Eq)]
pub struct Answer {
    pub status: String,
    pub headers: Vec<String>,
    pub body: Vec<u8>,
}

impl Wire {
    pub async fn to(port: u16) -> Wire {
        let stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
        stream.set_nodelay(true).unwrap();
        Wire { stream, read: Vec::new() }
    }

    pub async fn send(&mut self, text: &str) {
        self.stream.write_all(text.as_bytes()).await.unwrap();
    }

    /// The next answer; to a HEAD request it has no body.
    pub async fn answer(&mut self, to_head: bool) -> Answer {
        let end = loop {
            match self.read.windows(4).position(|bytes| bytes == b"\r\n\r\n") {
                Some(at) => break at + 4,
                None => assert!(self.more().await, "closed in the middle of a head"),
            }
        };
        let head: Vec<u8> = self.read.drain(..end).collect();
        let head = String::from_utf8(head).unwrap();
        let mut lines = head.trim_end().lines().map(str::to_owned);
        let status = lines.next().unwrap();
        let mut headers: Vec<String> = lines.collect();
        assert_eq!(headers.iter().filter(|line| line.starts_with("date: ")).count(), 1, "{head}");
        headers.retain(|line| !line.starts_with("date: "));
        headers.sort();
        let length = headers.iter().find_map(|line| line.strip_prefix("content-length: "));
        let without = to_head || status.contains(" 304 ");
        let length = if without { 0 } else { length.map_or(0, |length| length.parse().unwrap()) };
        while self.read.len() < length {
            assert!(self.more().await, "closed in the middle of a body");
        }
        Answer { status, headers, body: self.read.drain(..length).collect() }
    }

    /// Whether the server closes the connection within this time, whatever it still sends.
    pub async fn closes_within(&mut self, time: Duration) -> bool {
        tokio::time::timeout(time, async { while self.more().await {} }).await.is_ok()
    }

    /// How many bytes have come that were no answer asked for.
    pub fn received(&self) -> usize {
        self.read.len()
    }

    async fn more(&mut self) -> bool {
        // A connection that was reset is closed, too.
        self.stream.read_buf(&mut self.read).await.unwrap_or(0) > 0
    }
}
