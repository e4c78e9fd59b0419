//! The parts of an archive as they are written, each with its hash.

use bytes::{Bytes, BytesMut};
use serde::Serialize;
use tokio::sync::mpsc;

use super::format::{BUNDLES, Part};
use super::{BackupError, Told};
use crate::archive::{IN_FLIGHT, Packing, Piece};
use crate::storage::BlobHash;

/// Small things are joined up to here.
const PIECE: usize = 256 * 1024;
/// Where another bundle is begun.
const BUNDLE: u64 = 64 * 1024 * 1024;

/// The end that things are put into.
pub(super) struct Archive<'a> {
    pieces: mpsc::Sender<Piece>,
    begun: BytesMut,
    open: Option<(Part, blake3::Hasher)>,
    bundles: u32,
    pub parts: Vec<Part>,
    told: Told<'a>,
    done: u64,
}

/// An archive, and the other end of its channel.
pub(super) fn archive(told: Told<'_>) -> (Archive<'_>, mpsc::Receiver<Piece>) {
    let (pieces, receiver) = mpsc::channel(IN_FLIGHT);
    let (open, bundles, parts, done) = (None, 0, Vec::new(), 0);
    (Archive { pieces, begun: BytesMut::new(), open, bundles, parts, told, done }, receiver)
}

impl Archive<'_> {
    /// Says what is done, and asks whether it is still wanted.
    pub fn stage(&mut self, things: u64, stage: &str) -> Result<(), BackupError> {
        self.done += things;
        if (self.told)(self.done, stage) { Ok(()) } else { Err(BackupError::CalledOff) }
    }

    /// Begins a part.
    pub async fn begin(&mut self, path: String) -> Result<(), BackupError> {
        self.close().await?;
        self.send(Piece::File(path.clone(), Packing::Quick)).await?;
        self.open = Some((Part { path, bytes: 0, hash: String::new() }, blake3::Hasher::new()));
        Ok(())
    }

    /// Adds to the part that was begun last.
    pub async fn write(&mut self, bytes: &[u8]) -> Result<(), BackupError> {
        if let Some((part, hasher)) = &mut self.open {
            part.bytes += bytes.len() as u64;
            hasher.update(bytes);
        }
        // In pieces: a large blob is not to be in memory twice.
        for some in bytes.chunks(PIECE) {
            self.begun.extend_from_slice(some);
            if self.begun.len() >= PIECE {
                self.send_begun().await?;
            }
        }
        Ok(())
    }

    /// A part that is one text of JSON.
    pub async fn json(&mut self, path: &str, value: &impl Serialize) -> Result<(), BackupError> {
        let text = serde_json::to_vec_pretty(value).map_err(std::io::Error::other);
        self.begin(path.to_owned()).await?;
        self.write(&text.map_err(|error| BackupError::File { path: path.to_owned(), error })?).await
    }

    /// Adds a blob to the bundle that is open, or to the next.
    pub async fn blob(&mut self, hash: BlobHash, content: &Bytes) -> Result<(), BackupError> {
        let room = |part: &Part| part.path.starts_with(BUNDLES) && part.bytes < BUNDLE;
        if !self.open.as_ref().is_some_and(|(part, _)| room(part)) {
            self.bundles += 1;
            let path = format!("{BUNDLES}/{:06}", self.bundles);
            self.begin(path).await?;
        }
        self.write(format!("{hash} {}\n", content.len()).as_bytes()).await?;
        self.write(content).await
    }

    /// Notes what the open part has become.
    pub async fn close(&mut self) -> Result<(), BackupError> {
        self.send_begun().await?;
        if let Some((mut part, hasher)) = self.open.take() {
            part.hash = hasher.finalize().to_hex().to_string();
            self.parts.push(part);
        }
        Ok(())
    }

    /// That it is whole.
    pub async fn end(mut self) -> Result<(), BackupError> {
        self.close().await?;
        self.send(Piece::End).await
    }

    async fn send_begun(&mut self) -> Result<(), BackupError> {
        if self.begun.is_empty() {
            return Ok(());
        }
        let piece = Piece::Bytes(self.begun.split().freeze());
        self.send(piece).await
    }

    async fn send(&self, piece: Piece) -> Result<(), BackupError> {
        // Who packs has given up, and says why where he is waited for.
        self.pieces.send(piece).await.map_err(|_| BackupError::CalledOff)
    }
}
