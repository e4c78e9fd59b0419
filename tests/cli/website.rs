//! A website on a free loopback port that answers as a test says.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

/// Serves fixed answers from a thread until the test process ends.
pub struct Website {
    pub port: u16,
    asked: Arc<Mutex<Vec<String>>>,
}

/// Path to head (status line and headers but for the length) and body. `HOST` in a body is the site's own host and port.
pub type Answers = BTreeMap<&'static str, (&'static str, String)>;

impl Website {
    pub fn start(answers: Answers) -> Website {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let log = asked.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let mut lines = BufReader::new(&stream).lines().map_while(Result::ok);
                let Some(request) = lines.next() else { continue };
                let headers: Vec<String> = lines.take_while(|line| !line.is_empty()).collect();
                drop(headers);
                let path = request.split(' ').nth(1).unwrap_or("/").to_owned();
                let nothing = ("404 Not Found", "nothing here".to_owned());
                let (head, body) = answers.get(path.as_str()).unwrap_or(&nothing);
                let body = body.replace("HOST", &format!("127.0.0.1:{port}"));
                log.lock().unwrap().push(path);
                let length = body.len();
                let _ = (&stream).write_all(
                    format!("HTTP/1.1 {head}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}")
                        .as_bytes(),
                );
            }
        });
        Website { port, asked }
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// The paths that were asked for, in order.
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}
