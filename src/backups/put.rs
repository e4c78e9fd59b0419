//! Putting what an archive holds besides rows into an empty place.

use bytes::Bytes;
use futures_util::{Stream, TryStreamExt, stream};

use super::coming::Coming;
use super::format::{ARTEFACTS, BUNDLES};
use super::room::{Room, Taken};
use super::unpack::Unpacking;
use super::{BackupError, Place};
use crate::keys::Keys;
use crate::storage::BlobHash;

/// Blobs written at once.
const AT_ONCE: usize = 16;

/// The key that is to be put in its place, if it is not there already; whether it is the right one is looked at here.
pub(super) fn right_key(place: &Place, from: &Unpacking<'_>) -> Result<Option<Vec<u8>>, BackupError> {
    let (data, there) = (place.data.display().to_string(), from.key()?);
    let right = &from.contents.key_check;
    match Keys::find(&place.data, &place.ids, place.clock.clone())? {
        Some(keys) if keys.check() != *right => return Err(BackupError::OtherKey(data)),
        Some(_) => return Ok(None),
        None => {}
    }
    let key = there.ok_or(BackupError::NoKey(data))?;
    match Keys::of(&key, &place.ids, place.clock.clone()) {
        Some(keys) if keys.check() == *right => Ok(Some(key)),
        _ => Err(from.damaged("the key in it is not the one by which its secrets are sealed")),
    }
}

/// Puts the key, and looks what lies there then: a server that was started meanwhile has made one of its own.
pub(super) fn put_key(place: &Place, from: &Unpacking<'_>, key: &[u8]) -> Result<(), BackupError> {
    Keys::put(&place.data, key, &place.ids)?;
    match Keys::find(&place.data, &place.ids, place.clock.clone())? {
        Some(keys) if keys.check() == from.contents.key_check => Ok(()),
        _ => Err(BackupError::OtherKey(place.data.display().to_string())),
    }
}

/// Puts all blobs; which those are. Nothing that an earlier try has left is taken for granted.
pub(super) async fn put_blobs(place: &Place, from: &Unpacking<'_>) -> Result<Vec<BlobHash>, BackupError> {
    let (mut put, room) = (Vec::new(), Room::new());
    for part in from.contents.below(BUNDLES) {
        let put_one = |(hash, content, taken): (BlobHash, Bytes, Taken)| async move {
            place.storage.put_anew(hash, content).await?;
            drop(taken);
            from.stage(1, "blobs")?;
            Ok(hash)
        };
        let coming = coming(from.blobs(&part.path, &room)?).map_err(|error| from.damaged(error));
        let mut done = std::pin::pin!(coming.map_ok(put_one).try_buffer_unordered(AT_ONCE));
        while let Some(hash) = done.try_next().await? {
            put.push(hash);
        }
    }
    place.storage.settle().await?;
    if put.len() as u64 == from.contents.blobs { Ok(put) } else { Err(from.damaged("blobs are missing")) }
}

pub(super) async fn put_artefacts(place: &Place, from: &Unpacking<'_>) -> Result<(), BackupError> {
    for part in from.contents.below(ARTEFACTS) {
        let plain = |name: &&str| !name.is_empty() && !name.starts_with('.');
        let mut names = part.path.split('/').skip(1).filter(plain);
        let (Some(folder), Some(name), None) = (names.next(), names.next(), names.next()) else {
            return Err(from.damaged(format_args!("{} has no place here", part.path)));
        };
        let content = coming(from.bytes(&part.path)?).map_err(|error| from.damaged(error));
        place.storage.put_artefact(folder, name, content).await?;
        from.stage(1, "exports")?;
    }
    Ok(())
}

fn coming<T>(receiver: Coming<T>) -> impl Stream<Item = std::io::Result<T>> {
    stream::unfold(receiver, |mut receiver| async move { Some((receiver.recv().await?, receiver)) })
}
