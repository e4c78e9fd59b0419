//! What goes along: a site as a folder that can be taken in again, or a whole organisation.
//!
//! Rows are read window by window and files part by part, while an archive is written: what changes meanwhile may be in it
//! or not, each page and revision whole.

mod everything;
mod pack;
mod piped;
mod shapes;
mod site;

use std::io::Write;

use bytes::Bytes;
use futures_util::{Stream, stream};

use self::pack::{Archive, Told, archive, pack};
use super::purge::EXPORTS;
use super::{DepartureError, Departures, Parts};
use crate::tenancy::{OrgScope, SiteScope};

/// What an archive of a site holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Its settings, documents and files, as a folder that `citepress import` takes in and `citepress build` builds.
    Sources,
    /// The files of its live edition.
    Static,
}

/// The file that says of a folder that it was exported here, and needs no conventions to be read by.
pub const SITE_MARK: &str = "citepress.json";
/// What that file calls itself.
pub const SITE_FORMAT: &str = "citepress-site";

impl Departures {
    /// Writes an archive of a site. `told` hears how many things it holds and what is being put into it, and says whether to
    /// go on.
    ///
    /// # Errors
    /// [`DepartureError::NotPublished`] for a static one of a site without a live edition; what `out` refuses.
    pub async fn export_site<W: Write + Send + 'static>(
        &self,
        scope: &SiteScope,
        form: Form,
        out: W,
        told: impl Fn(u64, &str) -> bool + Send + Sync,
    ) -> Result<W, DepartureError> {
        let (mut archive, pieces) = archive(&told);
        let packing = tokio::task::spawn_blocking(move || pack(out, pieces));
        let written = async {
            match form {
                Form::Sources => site::sources(&self.parts, scope, "", &mut archive).await?,
                Form::Static => site::live(&self.parts, scope, &mut archive).await?,
            }
            archive.end().await
        };
        let written = written.await;
        let packed = packing.await.map_err(std::io::Error::other)?;
        // When the archive can't be written, that is why nothing more was taken.
        match (written, packed) {
            (Err(error), Ok(_)) => Err(error),
            (Err(error), Err(cause)) if cause.kind() == std::io::ErrorKind::Interrupted => Err(error),
            (_, packed) => Ok(packed?),
        }
    }
}

impl Departures {
    /// The archive of a site, while it is written. It ends with an error when it is not whole; who lets go of it ends the
    /// writing.
    ///
    /// # Errors
    /// [`DepartureError::NotPublished`] for a static one of a site without a live edition.
    pub async fn site_archive(
        &self,
        scope: &SiteScope,
        form: Form,
    ) -> Result<impl Stream<Item = Result<Bytes, DepartureError>> + Send + use<>, DepartureError> {
        if form == Form::Static && self.parts.sites.get(scope).await?.live_edition.is_none() {
            return Err(DepartureError::NotPublished);
        }
        let (out, packed) = piped::pipe();
        let (departures, scope) = (self.clone(), *scope);
        let writing = tokio::spawn(async move {
            departures
                .export_site(&scope, form, out, |_, _| true)
                .await
                .map(drop)
                .map_err(std::io::Error::other)
        });
        Ok(whole(packed, writing))
    }
}

/// Keeps an archive of an organisation; its length.
pub(super) async fn organisation(
    parts: &Parts,
    scope: &OrgScope,
    name: &str,
    told: Told<'_>,
) -> Result<u64, DepartureError> {
    let (mut archive, pieces) = archive(told);
    let (out, packed) = piped::pipe();
    let packing = tokio::task::spawn_blocking(move || pack(out, pieces).map(drop));
    let writing = async {
        everything::write(parts, scope, &mut archive).await?;
        archive.end().await
    };
    let keeping = parts.storage.put_artefact(EXPORTS, name, whole(packed, packing));
    match tokio::join!(writing, keeping) {
        // Then nothing more was taken, which is no cause.
        (Err(DepartureError::Archive(_)), Err(cause)) => Err(cause),
        (written, kept) => written.and(kept),
    }
}

type Packing = tokio::task::JoinHandle<std::io::Result<()>>;

/// What was packed, and at its end an error unless it is whole.
fn whole(
    packed: tokio::sync::mpsc::Receiver<Bytes>,
    packing: Packing,
) -> impl Stream<Item = Result<Bytes, DepartureError>> {
    stream::try_unfold((packed, Some(packing)), |(mut packed, packing)| async move {
        if let Some(bytes) = packed.recv().await {
            return Ok(Some((bytes, (packed, packing))));
        }
        if let Some(packing) = packing {
            packing.await.map_err(std::io::Error::other)??;
        }
        Ok(None)
    })
}
