//! A network between the program and its bucket that does what networks do.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// What becomes of what goes through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weather {
    Fair,
    /// Each request is answered with 500.
    Failing,
    /// Nothing comes back.
    Silent,
    /// Answers end after so many bytes.
    CutOff(usize),
    /// One byte of what comes back is another, after so many.
    Garbled(usize),
    /// That, once.
    GarbledOnce(usize),
    /// Answers come after so many milliseconds.
    Slow(u64),
}

pub struct Proxy {
    pub port: u16,
    weather: Arc<Mutex<Weather>>,
    task: JoinHandle<()>,
}

impl Proxy {
    pub async fn before(port: u16) -> Proxy {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let own = listener.local_addr().unwrap().port();
        let weather = Arc::new(Mutex::new(Weather::Fair));
        let shared = Arc::clone(&weather);
        let task = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(pass(client, port, Arc::clone(&shared)));
            }
        });
        Proxy { port: own, weather, task }
    }

    pub fn set(&self, weather: Weather) {
        *self.weather.lock().unwrap() = weather;
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn pass(client: TcpStream, port: u16, weather: Arc<Mutex<Weather>>) -> std::io::Result<()> {
    let now = || *weather.lock().unwrap();
    let server = TcpStream::connect(("127.0.0.1", port)).await?;
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    let (mut asked, mut told) = (vec![0; 64 * 1024], vec![0; 64 * 1024]);
    // Bytes of the present answer.
    let mut given = 0;
    loop {
        tokio::select! {
            read = from_client.read(&mut asked) => {
                let read = read?;
                if read == 0 { return Ok(()) }
                given = 0;
                if now() == Weather::Failing {
                    let answer = "HTTP/1.1 500 Internal Server Error\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
                    to_client.write_all(answer.as_bytes()).await?;
                    // What of the request is still to come is read, so that the answer arrives.
                    let drain = async { while from_client.read(&mut asked).await? > 0 {} Ok::<_, std::io::Error>(()) };
                    let _ = tokio::time::timeout(Duration::from_millis(200), drain).await;
                    return Ok(());
                }
                to_server.write_all(&asked[..read]).await?;
            }
            read = from_server.read(&mut told) => {
                let read = read?;
                if read == 0 { return Ok(()) }
                let part = &mut told[..read];
                match now() {
                    Weather::Silent => continue,
                    Weather::Slow(millis) => tokio::time::sleep(Duration::from_millis(millis)).await,
                    Weather::CutOff(most) if given + read > most => {
                        to_client.write_all(&part[..most.saturating_sub(given)]).await?;
                        return Ok(());
                    }
                    Weather::GarbledOnce(after) if (given..given + read).contains(&after) => {
                        part[after - given] ^= 1;
                        *weather.lock().unwrap() = Weather::Fair;
                    }
                    Weather::Garbled(after) if (given..given + read).contains(&after) => part[after - given] ^= 1,
                    _ => {}
                }
                to_client.write_all(part).await?;
                given += read;
            }
        }
    }
}
