//! A small SMTP server on a free port of loopback (RFC 5321, without TLS), with a journal.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

/// What a command is answered with instead of what is usual.
pub enum Reply {
    Usual,
    Line(&'static str),
    /// Nothing, for ever.
    Hang,
}

#[derive(Default)]
struct Journal {
    commands: Vec<String>,
    mails: Vec<String>,
}

/// Ends with its owner.
pub struct Server {
    address: SocketAddr,
    journal: Arc<Mutex<Journal>>,
    task: JoinHandle<()>,
}

type Answer = dyn Fn(&str) -> Reply + Send + Sync;

impl Server {
    /// One that takes everything.
    pub async fn start() -> Server {
        Server::answering(|_| Reply::Usual).await
    }

    pub async fn answering(answer: impl Fn(&str) -> Reply + Send + Sync + 'static) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let journal = Arc::new(Mutex::new(Journal::default()));
        let (answer, kept): (Arc<Answer>, _) = (Arc::new(answer), Arc::clone(&journal));
        let task = tokio::spawn(async move {
            let mut sessions = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                let (answer, kept) = (Arc::clone(&answer), Arc::clone(&kept));
                sessions.spawn(async move {
                    let _ = session(stream, &*answer, &kept).await;
                });
            }
        });
        Server { address, journal, task }
    }

    /// The setting that leads here, without TLS.
    pub fn url(&self) -> String {
        format!("smtp://ada:open%20sesame@{}?tls=none", self.address)
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The commands that came, in order.
    pub fn commands(&self) -> Vec<String> {
        self.journal.lock().unwrap().commands.clone()
    }

    /// The mails that were taken, as they came.
    pub fn mails(&self) -> Vec<String> {
        self.journal.lock().unwrap().mails.clone()
    }

    /// Waits until so many mails were taken.
    pub async fn when_came(&self, count: usize) -> Vec<String> {
        let until = Instant::now() + Duration::from_secs(30);
        while self.mails().len() < count {
            assert!(Instant::now() < until, "{:?}", self.commands());
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        self.mails()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// The value of a header of a mail; a line that goes on is one with it.
pub fn header(mail: &str, name: &str) -> String {
    let (head, _) = mail.split_once("\r\n\r\n").unwrap();
    let head = head.replace("\r\n ", " ");
    let values: Vec<&str> =
        head.split("\r\n").filter_map(|line| line.strip_prefix(name)?.strip_prefix(": ")).collect();
    assert_eq!(values.len(), 1, "{name} stands once: {head}");
    values[0].to_owned()
}

async fn session(stream: TcpStream, answer: &Answer, journal: &Mutex<Journal>) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    stream.write_all(b"220 small.test ESMTP\r\n").await?;
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await? == 0 {
            return Ok(());
        }
        let line = line.trim_end().to_owned();
        journal.lock().unwrap().commands.push(line.clone());
        let verb = line.split(' ').next().unwrap_or_default().to_uppercase();
        let said = match (answer(&line), verb.as_str()) {
            (Reply::Hang, _) => return std::future::pending().await,
            (Reply::Line(said), _) => said,
            (Reply::Usual, "EHLO") => "250-small.test\r\n250-8BITMIME\r\n250 AUTH PLAIN LOGIN",
            (Reply::Usual, "AUTH") => "235 welcome",
            (Reply::Usual, "DATA") => "354 go on",
            (Reply::Usual, "QUIT") => "221 bye",
            (Reply::Usual, "MAIL" | "RCPT" | "NOOP" | "RSET") => "250 fine",
            (Reply::Usual, _) => "502 what",
        };
        stream.write_all(format!("{said}\r\n").as_bytes()).await?;
        if verb == "DATA" && said.starts_with("354") {
            let mail = data(&mut stream).await?;
            journal.lock().unwrap().mails.push(mail);
            stream.write_all(b"250 taken\r\n").await?;
        }
        if verb == "QUIT" {
            return Ok(());
        }
    }
}

/// A mail up to the line with a single dot; a dot that was put before another is taken away.
async fn data(stream: &mut BufReader<TcpStream>) -> std::io::Result<String> {
    let mut mail = String::new();
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        if line == ".\r\n" {
            return Ok(mail);
        }
        mail.push_str(line.strip_prefix('.').filter(|_| line.starts_with("..")).unwrap_or(&line));
    }
}
