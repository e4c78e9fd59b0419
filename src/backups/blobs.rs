//! The blobs to which a moment of the database refers.

use std::collections::HashSet;

use bytes::Bytes;
use futures_util::{StreamExt, stream};

use super::archive::Archive;
use super::format::{LARGEST, Losses};
use super::room::{Room, Taken};
use super::{BackupError, Backups};
use crate::db::Snapshot;
use crate::publishing::KeptEdition;
use crate::publishing::manifest::References;
use crate::storage::{BlobHash, Storage, StorageError};

/// Blobs read at once: a bucket takes its time for each.
const AT_ONCE: usize = 16;
/// Rows read at once.
const PAGE: u64 = 500;

/// What was copied. Of each blob its hash is kept in memory, some 50 bytes.
#[derive(Default)]
pub(super) struct Copied {
    pub blobs: u64,
    pub bytes: u64,
    pub lost: Losses,
    seen: HashSet<BlobHash>,
}

impl Backups {
    /// Copies what editions and files of sites need, each blob once. Each is checked against its hash as it is read.
    pub(super) async fn copy_blobs(
        &self,
        snapshot: &Snapshot,
        archive: &mut Archive<'_>,
    ) -> Result<Copied, BackupError> {
        let mut copied = Copied::default();
        // What refers to their blobs may be gone with them: see `Departed`.
        let departed = self.parts.sites.every_departed_on(snapshot.conn()).await?;
        let mut after = String::new();
        loop {
            let editions = self.parts.publishing.kept_editions(snapshot.conn(), &after).await?;
            let Some(last) = editions.last() else { break };
            after.clone_from(&last.edition);
            for edition in editions.iter().filter(|edition| !departed.contains(&edition.site)) {
                self.copy_edition(edition, archive, &mut copied).await?;
            }
        }
        let mut after = String::new();
        loop {
            let files = self.parts.sites.kept_files(snapshot.conn(), &after, PAGE).await?;
            let Some(last) = files.last() else { break };
            after.clone_from(&last.id);
            let files = files.into_iter().filter(|file| !departed.contains(&file.site));
            let wanted: Vec<_> = files
                .filter(|file| copied.seen.insert(file.hash))
                .map(|file| (file.hash, format!("file {} of site {}", file.path, file.site)))
                .collect();
            self.copy(wanted, archive, &mut copied, |_, _| Ok(())).await?;
        }
        Ok(copied)
    }

    /// Goes down the manifests, a level at a time; a node is a blob itself.
    async fn copy_edition(
        &self,
        edition: &KeptEdition,
        archive: &mut Archive<'_>,
        copied: &mut Copied,
    ) -> Result<(), BackupError> {
        let of = format!("edition {} of site {}", edition.edition, edition.site);
        let mut nodes = edition.manifests.clone();
        loop {
            nodes.retain(|node| copied.seen.insert(*node));
            if nodes.is_empty() {
                return Ok(());
            }
            let (mut below, mut contents, mut unreadable) = (Vec::new(), Vec::new(), Vec::new());
            let wanted = nodes.drain(..).map(|node| (node, of.clone())).collect();
            let read = |node: BlobHash, content: &Bytes| {
                match References::of(node, content) {
                    Ok(found) => {
                        below.extend(found.nodes);
                        contents.extend(found.blobs);
                    }
                    Err(error) => unreadable.push(error.to_string()),
                }
                Ok(())
            };
            self.copy(wanted, archive, copied, read).await?;
            for why in unreadable {
                copied.lost.add(of.clone(), &why);
            }
            contents.retain(|blob| copied.seen.insert(*blob));
            let wanted = contents.into_iter().map(|blob| (blob, of.clone())).collect();
            self.copy(wanted, archive, copied, |_, _| Ok(())).await?;
            nodes = below;
        }
    }

    /// Copies blobs, whose contents are shown to `read`, and notes those that are lost with what needs them.
    async fn copy(
        &self,
        wanted: Vec<(BlobHash, String)>,
        archive: &mut Archive<'_>,
        copied: &mut Copied,
        mut read: impl FnMut(BlobHash, &Bytes) -> Result<(), BackupError>,
    ) -> Result<(), BackupError> {
        let room = Room::new();
        let get = |(hash, of): (BlobHash, String)| {
            let (storage, room) = (self.parts.storage.clone(), room.clone());
            async move { (hash, of, fetch(&storage, hash, &room).await) }
        };
        // As they come: one that has come keeps its room until it is taken, and must not wait for one that has none yet.
        let mut found = std::pin::pin!(stream::iter(wanted.into_iter().map(get)).buffer_unordered(AT_ONCE));
        while let Some((hash, of, content)) = found.next().await {
            match content {
                Ok(None) => copied.lost.add(of, &format_args!("blob {hash} is larger than {LARGEST} bytes")),
                Ok(Some((content, _taken))) => {
                    archive.stage(1, "blobs")?;
                    archive.blob(hash, &content).await?;
                    read(hash, &content)?;
                    copied.blobs += 1;
                    copied.bytes += content.len() as u64;
                }
                Err(error @ (StorageError::Missing(_) | StorageError::Damaged(_))) => {
                    copied.lost.add(of, &error);
                }
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }
}

/// Reads a blob once there is room for it; `None` where it is larger than any that could be restored.
async fn fetch(
    storage: &Storage,
    hash: BlobHash,
    room: &Room,
) -> Result<Option<(Bytes, Taken)>, StorageError> {
    let length = storage.length(hash).await?;
    if length > LARGEST {
        return Ok(None);
    }
    let taken = room.take(length).await;
    Ok(Some((storage.get(hash).await?, taken)))
}
