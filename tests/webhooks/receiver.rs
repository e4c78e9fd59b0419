//! One who receives webhooks, and trusts nobody: signatures are checked by the text of Standard Webhooks, with an HMAC of
//! its own.

use base64::Engine;
use base64::prelude::BASE64_STANDARD as BASE64;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::crawl::server::{Seen, Server};

/// How far the clocks of sender and receiver may be apart, in seconds.
const TOLERANCE: i64 = 5 * 60;

/// A message as it came.
#[derive(Debug, Clone)]
pub struct Message {
    pub id: String,
    pub timestamp: i64,
    pub signatures: Vec<String>,
    pub body: String,
    pub headers: Vec<(String, String)>,
}

/// The messages that a server has got, in order.
pub fn messages(server: &Server) -> Vec<Message> {
    server.journal().iter().map(Message::read).collect()
}

/// Waits until a server has got so many messages.
pub async fn when_came(server: &Server, count: usize) -> Vec<Message> {
    let until = std::time::Instant::now() + std::time::Duration::from_secs(30);
    loop {
        let came = messages(server);
        if came.len() >= count {
            return came;
        }
        assert!(std::time::Instant::now() < until, "only {} of {count} came: {came:?}", came.len());
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
}

impl Message {
    fn read(seen: &Seen) -> Message {
        let line = |line: &str| {
            let (name, value) = line.split_once(": ")?;
            Some((name.to_lowercase(), value.to_owned()))
        };
        let headers: Vec<(String, String)> = seen.raw_head.lines().filter_map(line).collect();
        let message = Message {
            id: String::new(),
            timestamp: 0,
            signatures: Vec::new(),
            body: seen.body.clone(),
            headers,
        };
        Message {
            id: message.header("webhook-id").to_owned(),
            timestamp: message.header("webhook-timestamp").parse().unwrap(),
            signatures: message.header("webhook-signature").split(' ').map(str::to_owned).collect(),
            ..message
        }
    }

    pub fn header(&self, name: &str) -> &str {
        let found: Vec<&str> =
            self.headers.iter().filter(|(known, _)| known == name).map(|(_, value)| value.as_str()).collect();
        assert_eq!(found.len(), 1, "{name} stands once: {:?}", self.headers);
        found[0]
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    /// Whether one of the signatures is by this secret, and the message is not an old one. `now` is in seconds.
    pub fn is_signed_by(&self, secret: &str, now: i64) -> bool {
        let key = BASE64.decode(secret.strip_prefix("whsec_").unwrap()).unwrap();
        assert!((24..=64).contains(&key.len()), "a secret of {} bytes", key.len());
        let signed = format!("{}.{}.{}", self.id, self.timestamp, self.body);
        let expected = format!("v1,{}", BASE64.encode(hmac_sha256(&key, signed.as_bytes())));
        (now - self.timestamp).abs() <= TOLERANCE && self.signatures.contains(&expected)
    }
}

/// RFC 2104.
fn hmac_sha256(key: &[u8], message: &[u8]) -> Vec<u8> {
    const BLOCK: usize = 64;
    let mut block = [0; BLOCK];
    assert!(key.len() <= BLOCK);
    block[..key.len()].copy_from_slice(key);
    let inner = Sha256::new().chain_update(block.map(|byte| byte ^ 0x36)).chain_update(message).finalize();
    Sha256::new().chain_update(block.map(|byte| byte ^ 0x5c)).chain_update(inner).finalize().to_vec()
}
