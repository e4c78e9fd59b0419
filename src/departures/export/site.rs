//! A site as a folder: what an edition is built from, or what one holds.

use super::everything::Pages;
use super::shapes::Mark;
use super::{Archive, DepartureError, Parts, SITE_FORMAT, SITE_MARK};
use crate::tenancy::SiteScope;

const VERSION: u32 = 1;
/// Rows read at once.
const PAGE: u64 = 100;

/// Settings, documents and files: `content/` as editions have it, `drafts/` for pages that are in none, and files where they
/// are. Taken in and published elsewhere, under the same host, it makes the same files.
pub(super) async fn sources(
    parts: &Parts,
    scope: &SiteScope,
    folder: &str,
    archive: &mut Archive<'_>,
) -> Result<(), DepartureError> {
    archive.stage("settings")?;
    let site = parts.sites.get(scope).await?;
    let (slug, title, gate) = (site.slug.as_str(), site.title.as_str(), site.gate);
    let mark = Mark { format: SITE_FORMAT, version: VERSION, slug, title, gate };
    archive.json(format!("{folder}{SITE_MARK}"), &mark).await?;
    archive.file(format!("{folder}site.toml"), site.settings.as_bytes()).await?;
    let mut walk = Pages::of(parts, scope);
    while let Some(page) = walk.next().await? {
        archive.stage("documents")?;
        let (place, number) = match page.live_revision {
            Some(live) => ("content", live),
            None => ("drafts", page.revision),
        };
        if number > 0 {
            let revision = parts.pages.revision(scope, page.id, number).await?;
            archive.file(format!("{folder}{place}/{}", page.path), revision.document.as_bytes()).await?;
        }
    }
    files(parts, scope, folder, archive).await
}

async fn files(
    parts: &Parts,
    scope: &SiteScope,
    folder: &str,
    archive: &mut Archive<'_>,
) -> Result<(), DepartureError> {
    let mut after = String::new();
    loop {
        let some = parts.sites.files_after(scope, &after, PAGE).await?;
        let Some(last) = some.last() else { return Ok(()) };
        after.clone_from(&last.path);
        for file in &some {
            archive.stage("files")?;
            let page = file.path.strip_prefix("content/").filter(|path| path.ends_with(".md"));
            if let Some(page) = page
                && parts.pages.by_path(scope, page).await?.is_some()
            {
                // A page of the same place is what readers get.
                continue;
            }
            let path = format!("{folder}{}", file.path);
            archive.blob(&parts.storage, path, (file.hash, file.size)).await?;
        }
    }
}

/// The files of the live edition, as any static server serves them.
pub(super) async fn live(
    parts: &Parts,
    scope: &SiteScope,
    archive: &mut Archive<'_>,
) -> Result<(), DepartureError> {
    let mut walk = parts.publishing.live_files(scope).await?.ok_or(DepartureError::NotPublished)?;
    while let Some(some) = walk.next().await? {
        for entry in some {
            archive.stage("files")?;
            let content = (entry.identity.hash, entry.identity.len);
            archive.blob(&parts.storage, entry.path, content).await?;
        }
    }
    Ok(())
}
