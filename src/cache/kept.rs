//! Contents that one process has asked somebody for, so that the others need not.

use std::time::Duration;

use bytes::Bytes;

use super::Cache;

/// A content that was kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// What was kept.
    pub content: Bytes,
    /// For how long it will still be there, by the server's clock.
    pub left: Duration,
}

impl Cache {
    /// Keeps a content for the other processes. Lost with the server, and nobody waits while that is away.
    pub async fn keep(&self, name: &str, key: &str, content: &[u8], lasts: Duration) {
        let Some(shared) = &self.0 else { return };
        let key = shared.server.named(&shared.seal.name(name, key));
        let sealed = shared.seal.sealed(&key, content);
        let lasts = u64::try_from(lasts.as_millis()).unwrap_or(u64::MAX);
        let mut keep = redis::cmd("SET");
        keep.arg(&key).arg(sealed).arg("PX").arg(lasts.max(1));
        shared.server.ask(async |mut conn| keep.query_async::<()>(&mut conn).await).await;
    }

    /// What a process of this installation has kept; `None` also where there is nobody to ask, and for what others have put
    /// there.
    pub async fn kept(&self, name: &str, key: &str) -> Option<Kept> {
        let shared = self.0.as_ref()?;
        let key = shared.server.named(&shared.seal.name(name, key));
        let mut both = redis::pipe();
        both.atomic().get(&key).pttl(&key);
        let asked = async |mut conn| both.query_async::<(Option<Vec<u8>>, i64)>(&mut conn).await;
        let (sealed, left) = shared.server.ask(asked).await?;
        // Without an end to it, it is not ours.
        let left = Duration::from_millis(u64::try_from(left).ok()?);
        Some(Kept { content: shared.seal.opened(&key, &sealed?)?, left })
    }
}
