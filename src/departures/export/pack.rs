//! What is put into an archive: files, lines of JSON, blobs, and who is told of it.

use std::io;

use bytes::BytesMut;
use futures_util::TryStreamExt;
use serde::Serialize;
use tokio::sync::mpsc;

pub(super) use crate::archive::pack;
use crate::archive::{IN_FLIGHT, Packing, Piece};
use crate::departures::DepartureError;
use crate::storage::{BlobHash, Storage};

/// Small things are joined up to here.
const PIECE: usize = 64 * 1024;

/// Who hears how many things an archive holds and what is being put into it, and says whether to go on.
pub(super) type Told<'a> = &'a (dyn Fn(u64, &str) -> bool + Send + Sync);

/// The end that things are put into.
pub(super) struct Archive<'a> {
    pieces: mpsc::Sender<Piece>,
    begun: BytesMut,
    told: Told<'a>,
    done: u64,
}

/// An archive, and the other end of its channel for [`pack`].
pub(super) fn archive(told: Told<'_>) -> (Archive<'_>, mpsc::Receiver<Piece>) {
    let (pieces, receiver) = mpsc::channel(IN_FLIGHT);
    (Archive { pieces, begun: BytesMut::new(), told, done: 0 }, receiver)
}

impl Archive<'_> {
    /// Says what comes next, and asks whether it is still wanted.
    pub fn stage(&mut self, stage: &str) -> Result<(), DepartureError> {
        let wanted = (self.told)(self.done, stage);
        self.done += 1;
        if wanted { Ok(()) } else { Err(DepartureError::CalledOff) }
    }

    /// Begins a file.
    pub async fn begin(&mut self, path: String) -> Result<(), DepartureError> {
        self.send_begun().await?;
        let packing = Packing::of(&path);
        self.send(Piece::File(path, packing)).await
    }

    /// Adds to the file that was begun last.
    pub async fn write(&mut self, bytes: &[u8]) -> Result<(), DepartureError> {
        self.begun.extend_from_slice(bytes);
        if self.begun.len() >= PIECE { self.send_begun().await } else { Ok(()) }
    }

    /// Adds a line of JSON.
    pub async fn line(&mut self, value: &impl Serialize) -> Result<(), DepartureError> {
        let mut line = serde_json::to_vec(value).map_err(io::Error::other)?;
        line.push(b'\n');
        self.write(&line).await
    }

    /// A whole file.
    pub async fn file(&mut self, path: String, content: &[u8]) -> Result<(), DepartureError> {
        self.begin(path).await?;
        self.write(content).await
    }

    /// A whole file of JSON, for people.
    pub async fn json(&mut self, path: String, value: &impl Serialize) -> Result<(), DepartureError> {
        let mut text = serde_json::to_vec_pretty(value).map_err(io::Error::other)?;
        text.push(b'\n');
        self.file(path, &text).await
    }

    /// A file whose content lies in storage, part by part.
    pub async fn blob(
        &mut self,
        storage: &Storage,
        path: String,
        (hash, len): (BlobHash, u64),
    ) -> Result<(), DepartureError> {
        self.begin(path).await?;
        let mut parts = std::pin::pin!(storage.parts(hash, len, 0..len).await?);
        while let Some(part) = parts.try_next().await? {
            self.send(Piece::Bytes(part)).await?;
        }
        Ok(())
    }

    /// That it is whole.
    pub async fn end(mut self) -> Result<(), DepartureError> {
        self.send_begun().await?;
        self.send(Piece::End).await
    }

    async fn send_begun(&mut self) -> Result<(), DepartureError> {
        if self.begun.is_empty() {
            return Ok(());
        }
        let piece = Piece::Bytes(self.begun.split().freeze());
        self.send(piece).await
    }

    async fn send(&self, piece: Piece) -> Result<(), DepartureError> {
        // Who packs has given up, and says why where he is waited for.
        let gone = |_| DepartureError::Archive(io::ErrorKind::BrokenPipe.into());
        self.pieces.send(piece).await.map_err(gone)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn unpacked(bytes: Vec<u8>) -> Vec<(String, Vec<u8>)> {
        let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
        let mut files = Vec::new();
        for index in 0..zip.len() {
            let mut file = zip.by_index(index).unwrap();
            let mut content = Vec::new();
            io::copy(&mut file, &mut content).unwrap();
            files.push((file.name().unwrap().to_string(), content));
        }
        files
    }

    #[tokio::test]
    async fn what_goes_in_comes_out_in_its_order_and_the_same_makes_the_same_bytes() {
        let packed = async || {
            let told = |_: u64, _: &str| true;
            let (mut archive, pieces) = archive(&told);
            let packing = tokio::task::spawn_blocking(move || pack(Vec::new(), pieces));
            archive.begin("lines.jsonl".into()).await.unwrap();
            for n in 0..20_000 {
                archive.line(&serde_json::json!({ "n": n })).await.unwrap();
            }
            archive.file("empty".into(), b"").await.unwrap();
            archive.file("guide/start.md".into(), "Grüße".as_bytes()).await.unwrap();
            archive.end().await.unwrap();
            packing.await.unwrap().unwrap()
        };
        let first = packed().await;
        let files = unpacked(first.clone());
        assert_eq!(
            files.iter().map(|(path, _)| path.as_str()).collect::<Vec<_>>(),
            ["lines.jsonl", "empty", "guide/start.md"]
        );
        assert_eq!(files[0].1.iter().filter(|byte| **byte == b'\n').count(), 20_000);
        assert_eq!((files[1].1.len(), files[2].1.as_slice()), (0, "Grüße".as_bytes()));
        assert!(packed().await == first);
    }

    #[tokio::test]
    async fn an_archive_that_was_given_up_is_never_taken_for_whole() {
        let told = |done: u64, _: &str| done == 0;
        let (mut archive, pieces) = archive(&told);
        let packing = tokio::task::spawn_blocking(move || pack(Vec::new(), pieces));
        archive.stage("pages").unwrap();
        archive.file("a".into(), b"a").await.unwrap();
        assert!(matches!(archive.stage("pages"), Err(DepartureError::CalledOff)));
        drop(archive);
        assert_eq!(packing.await.unwrap().unwrap_err().kind(), io::ErrorKind::Interrupted);
    }

    #[tokio::test]
    async fn who_writes_waits_for_who_packs() {
        let told = |_: u64, _: &str| true;
        let (mut archive, mut pieces) = archive(&told);
        let writing = async {
            archive.begin("a".into()).await.unwrap();
            for _ in 0..100 {
                archive.write(&[0; PIECE]).await.unwrap();
            }
        };
        let waited = tokio::time::timeout(std::time::Duration::from_millis(200), writing).await;
        assert!(waited.is_err(), "nobody has taken anything, and everything was taken in");
        let mut held = 0;
        while pieces.try_recv().is_ok() {
            held += 1;
        }
        assert_eq!(held, IN_FLIGHT);
    }
}
