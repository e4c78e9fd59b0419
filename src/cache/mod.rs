//! What the processes of an installation share for a while: counted limits, messages, and contents that took asking for. By a Redis server, where there is one;
//! while that is away nobody waits for it, and whoever asks does without at once.
//!
//! Nothing here is the truth of anything: what is lost is looked up or counted anew. A server may be shared with strangers:
//! names in it are hashed with the installation's key, and what does not carry that key's seal is not believed.

mod breaker;
mod config;
mod kept;
mod limit;
mod messages;
mod seal;
mod server;

pub use config::{BadRedis, CacheConfig};
pub use kept::Kept;
pub use limit::Limit;
pub use messages::Heard;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::broadcast;
use tokio::task::JoinSet;

use self::messages::Messages;
use self::seal::Seal;
use self::server::Server;
use crate::base::Ids;

/// The room. Cheap to clone; make one per process. Its tasks end with the last clone.
#[derive(Clone)]
pub struct Cache(Option<Arc<Shared>>);

struct Shared {
    server: Arc<Server>,
    seal: Seal,
    messages: Messages,
    _tasks: JoinSet<()>,
}

/// How it stands with the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// Whether it is asked at present.
    pub is_here: bool,
    /// How often it has gone away since the start.
    pub losses: u64,
}

impl Cache {
    /// In this process alone.
    pub fn alone() -> Cache {
        Cache(None)
    }

    /// Beside a server, which need not be there yet: it is looked for again and again.
    ///
    /// # Errors
    /// When the settings can't be meant.
    pub async fn open(config: &CacheConfig, ids: &Ids) -> Result<Cache, BadRedis> {
        let server = Arc::new(Server::new(config.client()?, config.prefix()?));
        let seal = Seal::new(config.key);
        let messages = Messages::new(ids.bytes());
        server.look().await;
        let mut tasks = JoinSet::new();
        tasks.spawn(Arc::clone(&server).watch());
        tasks.spawn(messages.clone().listen(Arc::clone(&server), seal.clone()));
        Ok(Cache(Some(Arc::new(Shared { server, seal, messages, _tasks: tasks }))))
    }

    /// Tries the server of the settings out: what was found, or what is wrong.
    ///
    /// # Errors
    /// When it can't be used, in words.
    pub async fn examine(config: &CacheConfig) -> Result<String, String> {
        let bad = |error: BadRedis| error.to_string();
        Server::new(config.client().map_err(bad)?, config.prefix().map_err(bad)?).examine().await
    }

    /// How it stands with the server, where there is to be one.
    pub fn standing(&self) -> Option<Standing> {
        self.0.as_ref().map(|shared| shared.server.standing())
    }

    /// Counts one against a limit that holds for all processes together: how many are left, or how long to wait. `None`
    /// where there is nobody to ask: count in process then. `limit` is the same for all keys of a name.
    pub async fn take(&self, name: &str, key: &str, limit: Limit) -> Option<Result<u32, Duration>> {
        let shared = self.0.as_ref()?;
        let key = shared.server.named(&shared.seal.name(name, key));
        shared.server.ask(async |conn| limit.take(&key, conn).await).await
    }

    /// Tells the other processes. While the server is away they are not told, and nobody waits.
    pub async fn publish(&self, message: &[u8]) {
        if let Some(shared) = &self.0 {
            shared.messages.publish(&shared.server, &shared.seal, message).await;
        }
    }

    /// What other processes tell from now on; `None` where there is nothing to hear them by. A slow listener misses some.
    pub fn subscribe(&self) -> Option<broadcast::Receiver<Heard>> {
        self.0.as_ref().map(|shared| shared.messages.subscribe())
    }
}
