//! What processes tell each other. The connection is made anew by itself; what was said meanwhile is not said again, but it
//! is said that something may have been.

use std::sync::Arc;

use bytes::Bytes;
use futures_util::StreamExt;
use redis::aio::{PubSubSink, PubSubStream};
use redis::{RedisResult, Value};
use tokio::sync::broadcast;
use tokio::time::{interval, sleep, timeout};

use super::seal::Seal;
use super::server::{CONNECT, LOOK, Server};

/// A longer message is neither sent nor heard.
const LONGEST: usize = 64 << 10;
/// How many a slow listener may lag behind before it misses some.
const KEPT: usize = 1024;
/// The channel, and what messages are sealed as.
const CHANNEL: &str = "messages";
const SENDER: usize = 16;

/// What a listener hears.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// What another process of this installation has said.
    Said(Bytes),
    /// From now on all is heard; what was said before may have been missed.
    Begun,
}

#[derive(Clone)]
pub(super) struct Messages {
    /// Tells this process's own messages from others'.
    own: [u8; SENDER],
    heard: broadcast::Sender<Heard>,
}

impl Messages {
    pub(super) fn new(own: [u8; SENDER]) -> Messages {
        Messages { own, heard: broadcast::Sender::new(KEPT) }
    }

    pub(super) fn subscribe(&self) -> broadcast::Receiver<Heard> {
        self.heard.subscribe()
    }

    pub(super) async fn publish(&self, server: &Server, seal: &Seal, message: &[u8]) {
        if message.len() > LONGEST {
            return;
        }
        let sealed = seal.sealed(CHANNEL, &[&self.own, message].concat());
        let channel = channel(server, seal);
        let publish = async |mut conn| -> RedisResult<()> {
            redis::cmd("PUBLISH").arg(channel).arg(sealed).query_async(&mut conn).await
        };
        server.ask(publish).await;
    }

    /// Hears others, without an end.
    pub(super) async fn listen(self, server: Arc<Server>, seal: Seal) {
        loop {
            // Two who look for a server that is away would be one too many.
            if server.standing().is_here
                && let Err(why) = self.session(&server, &seal).await
            {
                tracing::debug!(target: "cache", why, "not hearing other processes; looking for what they do meanwhile");
            }
            sleep(LOOK).await;
        }
    }

    /// As long as the connection holds.
    async fn session(&self, server: &Server, seal: &Seal) -> Result<(), &'static str> {
        let began = async {
            let (mut sink, stream) = server.client().get_async_pubsub().await?.split();
            sink.subscribe(channel(server, seal)).await?;
            RedisResult::Ok((sink, stream))
        };
        let began = timeout(CONNECT, began).await.map_err(|_| "no connection in time")?;
        let (mut sink, mut stream) = began.map_err(|_| "no connection")?;
        self.tell(Heard::Begun);
        let mut asks = interval(LOOK);
        loop {
            tokio::select! {
                message = stream.next() => {
                    let message = message.ok_or("the connection was closed")?;
                    self.hear(seal, message.get_payload_bytes());
                }
                // Nothing else would tell a quiet server from one that is gone without a word.
                _ = asks.tick() => self.ask(&mut sink, &mut stream, seal).await?,
            }
        }
    }

    /// Whether the connection still holds; messages that come meanwhile are heard.
    async fn ask(
        &self,
        sink: &mut PubSubSink,
        stream: &mut PubSubStream,
        seal: &Seal,
    ) -> Result<(), &'static str> {
        let mut answer = std::pin::pin!(timeout(LOOK, sink.ping::<Value>()));
        loop {
            tokio::select! {
                answered = &mut answer => return match answered {
                    Ok(Ok(_)) => Ok(()),
                    _ => Err("no answer"),
                },
                Some(message) = stream.next() => self.hear(seal, message.get_payload_bytes()),
            }
        }
    }

    /// Anybody may have sent it: what has no seal of ours is nothing.
    fn hear(&self, seal: &Seal, sealed: &[u8]) {
        if sealed.len() > LONGEST + 1024 {
            return;
        }
        let Some(mut message) = seal.opened(CHANNEL, sealed).filter(|message| message.len() >= SENDER) else {
            return;
        };
        let from = message.split_to(SENDER);
        if from[..] != self.own {
            self.tell(Heard::Said(message));
        }
    }

    fn tell(&self, heard: Heard) {
        // Nobody listening is fine.
        let _ = self.heard.send(heard);
    }
}

fn channel(server: &Server, seal: &Seal) -> String {
    server.named(&seal.name("channel", CHANNEL))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_hears_the_others_of_its_installation_and_neither_itself_nor_strangers() {
        let (ours, theirs) = (Seal::new([1; 32]), Seal::new([2; 32]));
        let messages = Messages::new([7; SENDER]);
        let mut heard = messages.subscribe();
        let from = |sender: u8, text: &[u8]| [&[sender; SENDER], text].concat();
        let hear = |sealed: &[u8]| messages.hear(&ours, sealed);
        hear(&ours.sealed(CHANNEL, &from(7, b"own")));
        hear(&theirs.sealed(CHANNEL, &from(8, b"strange")));
        hear(&ours.sealed("another thing", &from(8, b"moved")));
        hear(&ours.sealed(CHANNEL, b"short"));
        hear(&ours.sealed(CHANNEL, &from(8, &vec![0; LONGEST + 2048])));
        hear(b"{\"forged\":true}");
        hear(&ours.sealed(CHANNEL, &from(8, b"hello")));
        assert_eq!(heard.try_recv(), Ok(Heard::Said(Bytes::from_static(b"hello"))));
        assert!(heard.try_recv().is_err(), "nothing else is heard");
    }
}
