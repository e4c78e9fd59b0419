//! A small name server on loopback (UDP, RFC 1035): answers TXT and A from a table, and says of all else that it is not.

use std::collections::HashMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};

use tokio::net::UdpSocket;
use tokio::task::JoinHandle;

const A: u16 = 1;
const TXT: u16 = 16;

#[derive(Default)]
struct Table {
    texts: HashMap<String, Vec<String>>,
    addresses: HashMap<String, Ipv4Addr>,
    /// Whether every question is answered with SERVFAIL.
    fails: bool,
    asked: usize,
}

/// Ends with its owner.
pub struct NameServer {
    pub address: SocketAddr,
    table: Arc<Mutex<Table>>,
    task: JoinHandle<()>,
}

impl NameServer {
    pub async fn start() -> NameServer {
        let socket = UdpSocket::bind(("127.0.0.1", 0)).await.unwrap();
        let address = socket.local_addr().unwrap();
        let table = Arc::new(Mutex::new(Table::default()));
        let known = Arc::clone(&table);
        let task = tokio::spawn(async move {
            let mut buffer = [0; 1500];
            while let Ok((size, from)) = socket.recv_from(&mut buffer).await {
                let answer = answer(&buffer[..size], &mut known.lock().unwrap());
                socket.send_to(&answer, from).await.unwrap();
            }
        });
        NameServer { address, table, task }
    }

    /// Sets the texts of a name; none takes them away.
    pub fn set_texts(&self, name: &str, texts: &[&str]) {
        let texts = texts.iter().map(|text| (*text).to_owned()).collect();
        self.table.lock().unwrap().texts.insert(name.to_owned(), texts);
    }

    pub fn set_address(&self, name: &str, address: [u8; 4]) {
        self.table.lock().unwrap().addresses.insert(name.to_owned(), address.into());
    }

    /// Whether it is out of order.
    pub fn set_fails(&self, fails: bool) {
        self.table.lock().unwrap().fails = fails;
    }

    /// How many questions came.
    pub fn asked(&self) -> usize {
        self.table.lock().unwrap().asked
    }
}

impl Drop for NameServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn answer(question: &[u8], table: &mut Table) -> Vec<u8> {
    table.asked += 1;
    let (mut name, mut at) = (Vec::new(), 12);
    while question[at] != 0 {
        let len = usize::from(question[at]);
        name.push(String::from_utf8_lossy(&question[at + 1..=at + len]).to_lowercase());
        at += len + 1;
    }
    let name = name.join(".");
    let kind = u16::from_be_bytes([question[at + 1], question[at + 2]]);
    let asked = &question[12..at + 5];
    let data: Vec<Vec<u8>> = match kind {
        _ if table.fails => Vec::new(),
        A => table.addresses.get(&name).map(|address| address.octets().to_vec()).into_iter().collect(),
        TXT => table.texts.get(&name).into_iter().flatten().map(|text| pieces(text)).collect(),
        _ => Vec::new(),
    };
    let known =
        table.addresses.contains_key(&name) || table.texts.get(&name).is_some_and(|texts| !texts.is_empty());
    let code = match (table.fails, known) {
        (true, _) => 2,
        (false, true) => 0,
        (false, false) => 3,
    };
    let mut out = question[..2].to_vec();
    out.extend([0x81, 0x80 | code, 0, 1, 0, u8::try_from(data.len()).unwrap(), 0, 0, 0, 0]);
    out.extend(asked);
    for data in data {
        // The name is the question's; a minute to live.
        out.extend([0xc0, 12]);
        out.extend(kind.to_be_bytes());
        out.extend([0, 1, 0, 0, 0, 60]);
        out.extend(u16::try_from(data.len()).unwrap().to_be_bytes());
        out.extend(data);
    }
    out
}

/// A text as strings of 255 bytes at most.
fn pieces(text: &str) -> Vec<u8> {
    let piece = |piece: &[u8]| [&[u8::try_from(piece.len()).unwrap()], piece].concat();
    text.as_bytes().chunks(255).flat_map(piece).collect()
}
