use crate::id_kind;
use crate::storage::BlobHash;

id_kind!(/// One immutable build of a site.
    EditionId, EditionKindOfId, "ed");

/// How far an edition is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EditionState {
    /// Asked for.
    Queued,
    /// Built and kept: it can be live, previewed or rolled back to.
    Ready,
    /// Could not be built; its error says why. The live edition stayed.
    Failed,
}

impl EditionState {
    /// The word in the database and on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            EditionState::Queued => "queued",
            EditionState::Ready => "ready",
            EditionState::Failed => "failed",
        }
    }

    pub(super) fn parse(word: &str) -> Option<EditionState> {
        use EditionState::{Failed, Queued, Ready};
        [Queued, Ready, Failed].into_iter().find(|state| state.as_str() == word)
    }
}

/// An edition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edition {
    /// Its id.
    pub id: EditionId,
    /// Its number in the site, from 1.
    pub number: i64,
    /// How far it is.
    pub state: EditionState,
    /// The root of its manifest, once it is ready.
    pub manifest: Option<BlobHash>,
    /// The root of what the press itself has made, where redirects lie on top of it: the next edition goes on from there.
    pub pressed: Option<BlobHash>,
    /// Whether it goes live as soon as it is ready; otherwise it waits for [`Publishing::activate`](super::Publishing).
    pub go_live: bool,
    /// How many files it holds.
    pub files: i64,
    /// Their size, uncompressed.
    pub bytes: i64,
    /// How many of its files were written for it; the others it shares with the edition before.
    pub written: i64,
    /// How long its building took, in milliseconds.
    pub duration_ms: i64,
    /// Who asked for it.
    pub actor: String,
    /// Why.
    pub reason: String,
    /// Why it failed.
    pub error: Option<String>,
    /// What its build warned of and published all the same, a sentence each; bounded, the last says how many more there were.
    pub warnings: Vec<String>,
    /// When it was asked for, in milliseconds since the epoch.
    pub created_at: i64,
    /// When it last went live; 0 if it never did.
    pub live_at: i64,
}
