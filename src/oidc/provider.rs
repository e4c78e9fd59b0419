//! What a provider publishes about itself, remembered: asked for once at a time, and again after a pause, however many
//! tokens come with keys that nobody knows.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::Instant;

use super::keys::Key;
use super::look::Metadata;
use super::{Oidc, OidcError};

/// The least time between two looks.
const COOLDOWN: Duration = Duration::from_secs(60);
/// The same after a look that failed.
const AFTER_FAILURE: Duration = Duration::from_secs(5);
/// What is older is looked up again before it is believed: keys are withdrawn.
pub(super) const FRESH: Duration = Duration::from_secs(60 * 60);
/// Our own look, found again in the cache, seems this much younger or older than it is.
const SAME: Duration = Duration::from_secs(1);

/// One look at the provider.
pub(super) struct Provider {
    pub metadata: Metadata,
    pub keys: Vec<Key>,
    pub seen: Instant,
}

#[derive(Default)]
pub(super) struct Cached {
    known: RwLock<Option<Arc<Provider>>>,
    /// Held by the one who looks; the moment from which on there may be another look.
    turn: Mutex<Option<Instant>>,
}

impl Cached {
    fn known(&self) -> Option<Arc<Provider>> {
        self.known.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Oidc {
    /// The provider as it is known, looked up again where that is not `enough` and there was a pause.
    pub(super) async fn provider(
        &self,
        enough: impl Fn(&Provider) -> bool,
    ) -> Result<Arc<Provider>, OidcError> {
        let cached = &self.0.cached;
        let good = || cached.known().filter(|known| known.seen.elapsed() < FRESH && enough(known));
        if let Some(known) = good() {
            return Ok(known);
        }
        let mut turn = cached.turn.lock().await;
        // Whoever had the turn before may have found it.
        if let Some(known) = good() {
            return Ok(known);
        }
        if turn.is_none_or(|next| next <= Instant::now()) {
            // Before anything is asked: who hangs up while we wait has had this look all the same.
            *turn = Some(Instant::now() + AFTER_FAILURE);
            match self.seen_by_any(&enough).await {
                Ok(provider) => {
                    *turn = Some(provider.seen + COOLDOWN);
                    *cached.known.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(provider));
                }
                Err(error) => {
                    *turn = Some(Instant::now() + AFTER_FAILURE);
                    tracing::warn!(target: "oidc", ?error, "the provider could not be looked up");
                }
            }
        }
        cached.known().ok_or_else(|| OidcError::Away("it could not be looked up yet".to_owned()))
    }

    /// As another process of the installation has just seen it, where that is newer and will do; else by a look of our own. A
    /// token with a key that nobody knows makes all of them together look once, too.
    async fn seen_by_any(&self, enough: impl Fn(&Provider) -> bool) -> Result<Provider, OidcError> {
        let own = self.0.cached.known().map(|known| known.seen);
        if let Some(theirs) = self.look_of_others().await {
            let is_newer = own.is_none_or(|own| theirs.seen > own + SAME);
            if is_newer && (enough(&theirs) || theirs.seen.elapsed() < COOLDOWN) {
                return Ok(theirs);
            }
        }
        self.look().await
    }
}
