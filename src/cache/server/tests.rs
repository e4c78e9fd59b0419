//! A server that says yes to everything until it says nothing more.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use super::*;

struct Fake {
    port: u16,
    hangs: Arc<AtomicBool>,
    _tasks: JoinSet<()>,
}

impl Fake {
    async fn start() -> Fake {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let (port, hangs) = (listener.local_addr().unwrap().port(), Arc::new(AtomicBool::new(false)));
        let (mut tasks, hanging) = (JoinSet::new(), Arc::clone(&hangs));
        tasks.spawn(async move {
            let mut talks = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                talks.spawn(talk(stream, Arc::clone(&hanging)));
            }
        });
        Fake { port, hangs, _tasks: tasks }
    }

    fn server(&self) -> Arc<Server> {
        let client = Client::open(format!("redis://127.0.0.1:{}", self.port)).unwrap();
        Arc::new(Server::new(client, "test".to_owned()))
    }
}

async fn talk(mut stream: TcpStream, hangs: Arc<AtomicBool>) {
    let mut bytes = vec![0; 4096];
    while let Ok(count @ 1..) = stream.read(&mut bytes).await {
        // A command begins with an asterisk and holds no other.
        let commands = bytes[..count].iter().filter(|byte| **byte == b'*').count();
        if !hangs.load(Ordering::SeqCst) {
            stream.write_all("+OK\r\n".repeat(commands).as_bytes()).await.unwrap();
        }
    }
}

async fn ask(server: &Server) -> Option<String> {
    server.ask(async |mut conn| redis::cmd("GET").arg("a").query_async(&mut conn).await).await
}

/// Whether it is here when it is looked for; several times, since an answer may come too late on a busy machine.
async fn is_found(server: &Server) -> bool {
    for _ in 0..5 {
        server.look().await;
        if ask(server).await.as_deref() == Some("OK") {
            return true;
        }
    }
    false
}

#[tokio::test]
async fn a_server_that_hangs_is_waited_for_once_and_asked_again_when_it_is_back() {
    let fake = Fake::start().await;
    let server = fake.server();
    assert_eq!(ask(&server).await, None, "nobody has looked for it yet");
    assert!(is_found(&server).await);
    let losses = server.standing().losses;
    fake.hangs.store(true, Ordering::SeqCst);
    // Many at once wait side by side, for one deadline.
    let mut asking = JoinSet::new();
    for _ in 0..20 {
        let server = Arc::clone(&server);
        asking.spawn(async move { ask(&server).await });
    }
    assert!(asking.join_all().await.iter().all(Option::is_none));
    assert_eq!(server.standing(), Standing { is_here: false, losses: losses + 1 });
    // Nobody waits any more: a thousand deadlines would be most of a minute.
    let began = Instant::now();
    for _ in 0..1000 {
        assert_eq!(ask(&server).await, None);
    }
    assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
    server.look().await;
    assert!(!server.standing().is_here, "it still says nothing");
    fake.hangs.store(false, Ordering::SeqCst);
    assert!(is_found(&server).await);
}

#[tokio::test]
async fn a_server_that_is_found_to_hang_by_the_look_costs_no_request_anything() {
    let fake = Fake::start().await;
    let server = fake.server();
    assert!(is_found(&server).await);
    let losses = server.standing().losses;
    fake.hangs.store(true, Ordering::SeqCst);
    server.look().await;
    assert_eq!(server.standing(), Standing { is_here: false, losses: losses + 1 });
}

#[tokio::test]
async fn whoever_looks_for_a_server_that_is_not_there_is_told_the_cure() {
    let free = TcpListener::bind(("127.0.0.1", 0)).await.unwrap().local_addr().unwrap().port();
    let client = Client::open(format!("redis://:hidden@127.0.0.1:{free}")).unwrap();
    let told = Server::new(client, "test".to_owned()).examine().await.unwrap_err();
    assert!(told.contains("redis.url") && !told.contains("hidden"), "{told}");
}
