//! What Caddy sends to which web node, and what it does without any.

use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use reqwest::{Client, ClientBuilder, Response};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use super::caddy::Caddy;

const CONSOLE: &str = "console.example";
const SITE: &str = "any.sites.example";

/// Answers `node` to everything, with the status that the path names, and keeps what it was asked.
struct Node {
    port: u16,
    asked: Arc<Mutex<Vec<String>>>,
    task: JoinHandle<()>,
}

impl Node {
    async fn start() -> Node {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let asked = Arc::<Mutex<Vec<String>>>::default();
        let kept = Arc::clone(&asked);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(answer(stream, Arc::clone(&kept)));
            }
        });
        Node { port, asked, task }
    }

    /// What it was asked since the last time, by people: heads of requests in small letters.
    fn asked(&self) -> Vec<String> {
        let mut asked = std::mem::take(&mut *self.asked.lock().unwrap());
        asked.retain(|head| !head.starts_with("get /healthz "));
        asked
    }

    /// Nobody listens there when this returns.
    async fn stop(self) {
        self.task.abort();
        let _ = self.task.await;
    }
}

async fn answer(mut stream: TcpStream, kept: Arc<Mutex<Vec<String>>>) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => head.push(byte),
            Err(_) => return,
        }
    }
    let head = String::from_utf8_lossy(&head).to_ascii_lowercase();
    let path = head.split(' ').nth(1).unwrap_or_default();
    let status = path.trim_start_matches('/').parse::<u16>().unwrap_or(200);
    let told = format!("HTTP/1.1 {status} As Asked\r\nContent-Length: 4\r\nConnection: close\r\n\r\nnode");
    kept.lock().unwrap().push(head);
    let _ = stream.write_all(told.as_bytes()).await;
}

/// Published trees with one page.
fn trees() -> tempfile::TempDir {
    let sites = tempfile::tempdir().unwrap();
    let site = sites.path().join(SITE);
    std::fs::create_dir(&site).unwrap();
    std::fs::write(site.join("index.html"), "tree").unwrap();
    sites
}

/// Two nodes, and a Caddy in front whose console has a name.
async fn two(sites: &Path) -> ([Node; 2], Caddy) {
    let nodes = [Node::start().await, Node::start().await];
    let caddy = Caddy::with_console(CONSOLE, &[nodes[0].port, nodes[1].port], sites).await;
    for node in &nodes {
        node.asked();
    }
    (nodes, caddy)
}

async fn get(reader: &Client, url: &str) -> Response {
    reader.get(url).send().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn nodes_share_the_work_and_what_they_answer_goes_through_as_it_is() {
    let sites = trees();
    let (nodes, caddy) = two(sites.path()).await;
    let reader = caddy.reader(&[CONSOLE, SITE]);
    for host in [CONSOLE, SITE] {
        for _ in 0..40 {
            assert_eq!(get(&reader, &caddy.url(host, "/")).await.status(), 200);
        }
        let shares = nodes.each_ref().map(|node| node.asked().len());
        assert!(
            shares.iter().all(|share| *share > 0) && shares.iter().sum::<usize>() == 40,
            "{host}: {shares:?}"
        );
    }
    for status in [404_u16, 500, 502, 503] {
        let answer = get(&reader, &caddy.url(SITE, &format!("/{status}"))).await;
        assert_eq!(answer.status(), status);
        assert_eq!(answer.text().await.unwrap(), "node", "not from the trees: {status}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_is_gone_is_another_nodes_work_and_without_any_the_trees_answer_at_once() {
    let sites = trees();
    let ([one, two], caddy) = two(sites.path()).await;
    let reader = caddy.reader(&[CONSOLE, SITE]);
    let read = async || {
        let began = Instant::now();
        let answer = get(&reader, &caddy.url(SITE, "/")).await;
        assert_eq!(answer.status(), 200, "{}", caddy.log());
        let took = began.elapsed();
        assert!(took < Duration::from_millis(700), "{took:?}");
        answer.text().await.unwrap()
    };
    one.stop().await;
    for _ in 0..20 {
        assert_eq!(read().await, "node");
    }
    two.stop().await;
    // First while nobody has noticed, then when probes have.
    for pause in [0, 0, 1500] {
        tokio::time::sleep(Duration::from_millis(pause)).await;
        assert_eq!(read().await, "tree");
    }
    // What is no reading has no tree to be answered from.
    let posted = reader.post(caddy.url(SITE, "/")).send().await.unwrap();
    assert!([502, 503].contains(&posted.status().as_u16()), "{posted:?}");
    assert_eq!(posted.headers()["retry-after"], "5");
    // The console has none at all.
    let posted = reader.post(caddy.url(CONSOLE, "/")).send().await.unwrap();
    assert!([502, 503].contains(&posted.status().as_u16()), "{posted:?}");
    assert_eq!(posted.headers()["retry-after"], "5");
}

#[tokio::test(flavor = "multi_thread")]
async fn by_a_tenants_name_nobody_reaches_what_is_this_machines_own() {
    let sites = trees();
    let ([one, two], caddy) = two(sites.path()).await;
    let reader = caddy.reader_of(&[SITE], ClientBuilder::http1_only);
    let as_own = async |host: &str, path: &str| {
        reader.get(caddy.url(SITE, path)).header("host", host).send().await.unwrap().status().as_u16()
    };
    let own = ["localhost", "LocalHost", "localhost:8080", "127.0.0.1", "127.0.0.1:443"];
    for host in own {
        for path in ["/console", "/metrics", "/internal/ask?domain=stranger.example"] {
            assert_eq!(as_own(host, path).await, 421, "{host}{path}");
        }
    }
    assert_eq!((one.asked(), two.asked()), (Vec::new(), Vec::new()), "no node hears of it");
    // Caddy asks for itself; a question of somebody's is none.
    let ask = format!("http://127.0.0.1:{}/internal/ask?domain=stranger.example", caddy.fallback);
    let plain = Client::builder().no_proxy().build().unwrap();
    let ask = || plain.get(&ask).header("host", "localhost");
    assert_eq!(ask().send().await.unwrap().status(), 200);
    let passed_on = ask().header("x-forwarded-for", "203.0.113.9").send().await.unwrap();
    assert_eq!(passed_on.status(), 404);
    assert_eq!(one.asked().len() + two.asked().len(), 1);
    one.stop().await;
    two.stop().await;
    for host in own {
        assert_eq!(as_own(host, "/internal/ask?domain=stranger.example").await, 421, "{host}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_strangers_say_of_themselves_and_of_traces_stays_outside() {
    let sites = trees();
    let ([one, two], caddy) = two(sites.path()).await;
    let reader = caddy.reader(&[CONSOLE, SITE]);
    for host in [CONSOLE, SITE] {
        let asked = reader.get(caddy.url(host, "/")).header("x-forwarded-for", "203.0.113.9");
        let asked = asked.header("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
        asked.header("tracestate", "theirs=1").send().await.unwrap();
        let heads = [one.asked(), two.asked()].concat();
        let [head] = heads.as_slice() else { panic!("{heads:?}") };
        assert!(!head.contains("\r\ntrace"), "{head}");
        assert!(head.contains("\r\nx-forwarded-for: 127.0.0.1\r\n"), "{head}");
    }
}
