//! The server: asked within a deadline, left alone while it is away, and looked for until it is back.

use std::sync::Arc;
use std::time::Duration;

use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, Client, RedisError, RedisResult};
use tokio::time::{sleep, timeout};

use super::Standing;
use super::breaker::Breaker;

/// The longest that a question may take: what a request waits, once, for a server that hangs.
pub(super) const DEADLINE: Duration = Duration::from_millis(50);
/// The longest that a connection may take to be made, with name lookup, TLS and password.
pub(super) const CONNECT: Duration = Duration::from_secs(2);
/// How often it is looked whether the server is still here, or back.
pub(super) const LOOK: Duration = Duration::from_secs(1);

pub(super) struct Server {
    client: Client,
    prefix: String,
    breaker: Breaker<MultiplexedConnection>,
}

impl Server {
    pub(super) fn new(client: Client, prefix: String) -> Server {
        Server { client, prefix, breaker: Breaker::new() }
    }

    pub(super) fn client(&self) -> &Client {
        &self.client
    }

    /// A name that is this installation's.
    pub(super) fn named(&self, name: &str) -> String {
        format!("{}:{name}", self.prefix)
    }

    pub(super) fn standing(&self) -> Standing {
        self.breaker.standing()
    }

    /// Asks; `None` while the server is away. Whoever finds it away is the last to wait for it.
    pub(super) async fn ask<T>(
        &self,
        question: impl AsyncFnOnce(MultiplexedConnection) -> RedisResult<T>,
    ) -> Option<T> {
        let (number, conn) = self.breaker.open()?;
        let why = match timeout(DEADLINE, question(conn)).await {
            Ok(Ok(answer)) => return Some(answer),
            // Also where it answers that it can't, as one that is full or only reads does: that is as good as away.
            Ok(Err(error)) => told(&error),
            Err(_) => format!("no answer within {} ms", DEADLINE.as_millis()),
        };
        if self.breaker.lost(number) {
            say_away(&why);
        }
        None
    }

    /// Looks after the server, without an end: a request seldom is the one to find out.
    pub(super) async fn watch(self: Arc<Self>) {
        loop {
            sleep(LOOK).await;
            self.look().await;
        }
    }

    /// Whether it is still here, or here again.
    pub(super) async fn look(&self) {
        if self.standing().is_here {
            self.ask(async |conn| self.probe(conn).await).await;
            return;
        }
        match self.connect().await {
            Ok(conn) => {
                if self.breaker.back(conn) {
                    tracing::info!(target: "cache", "Redis is back: limits, messages and caches are shared again");
                }
            }
            Err(why) => {
                if self.breaker.still_away() {
                    say_away(&why);
                }
            }
        }
    }

    /// What was found, in words.
    pub(super) async fn examine(&self) -> Result<String, String> {
        let mut conn = self.connect().await.map_err(|why| format!("{why}. {CURE}"))?;
        let info: RedisResult<String> = redis::cmd("INFO").arg("server").query_async(&mut conn).await;
        // Not everybody may ask that.
        let info = info.unwrap_or_default();
        let version = info.lines().find_map(|line| line.strip_prefix("redis_version:")).map(str::trim);
        let version = version.map_or_else(String::new, |version| format!(" {version}"));
        Ok(format!("Redis{version} answers and keeps; names there begin with {}:", self.prefix))
    }

    async fn connect(&self) -> Result<MultiplexedConnection, String> {
        // Deadlines are kept here, where all of them stand side by side.
        let config = AsyncConnectionConfig::new().set_connection_timeout(None).set_response_timeout(None);
        let made = timeout(CONNECT, self.client.get_multiplexed_async_connection_with_config(&config)).await;
        let made = made.map_err(|_| format!("no connection within {} s", CONNECT.as_secs()))?;
        let conn = made.map_err(|error| told(&error))?;
        let probed = timeout(DEADLINE, self.probe(conn.clone())).await;
        probed
            .map_err(|_| format!("no answer within {} ms", DEADLINE.as_millis()))?
            .map_err(|error| told(&error))?;
        Ok(conn)
    }

    /// Writes: a server that only answers is of no use.
    async fn probe(&self, mut conn: MultiplexedConnection) -> RedisResult<()> {
        redis::cmd("SET").arg(self.named("probe")).arg(1).arg("PX").arg(60_000).query_async(&mut conn).await
    }
}

const CURE: &str = "Start it, or mend redis.url; without a server leave redis.url empty";

fn say_away(why: &str) {
    let cure = "`citepress doctor` tries it out";
    tracing::warn!(
        target: "cache",
        why,
        cure,
        "Redis is away: each process counts limits by itself and looks for what others do, until it is back"
    );
}

/// What an error says, on one line: servers answer what they like.
fn told(error: &RedisError) -> String {
    error.to_string().chars().filter(|c| !c.is_control()).take(200).collect()
}

#[cfg(test)]
mod tests;
