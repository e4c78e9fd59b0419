//! A site to be taken along.

use poem_openapi::param::{Path, Query};
use poem_openapi::{Enum, OpenApi};

use super::super::Tag;
use super::scope;
use crate::api::caller::{As, Reader};
use crate::api::download::Download;
use crate::api::problem::Problem;
use crate::departures;

pub(in crate::api) struct ExportApi;

/// What an archive of a site holds
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "lowercase")]
pub(in crate::api) enum SiteForm {
    /// Settings, documents and files: `citepress import` takes them in and `citepress build` builds them
    Sources,
    /// The files of the live edition, for any static server
    Static,
}

#[OpenApi(prefix_path = "/sites", tag = "Tag::Sites")]
impl ExportApi {
    /// Export a site
    ///
    /// A ZIP archive of what the site is made from, or of what readers get.
    #[oai(path = "/:site/export", method = "get", operation_id = "sites_export")]
    async fn export(
        &self,
        who: As<Reader>,
        /// Its id, `site_…`
        site: Path<String>,
        /// What it is to hold; sources if nobody says
        form: Query<Option<SiteForm>>,
    ) -> Result<Download, Problem> {
        let scope = scope(&who, &site.0).await?;
        let form = match form.0.unwrap_or(SiteForm::Sources) {
            SiteForm::Sources => departures::Form::Sources,
            SiteForm::Static => departures::Form::Static,
        };
        let slug = who.rooms.sites.get(&scope).await?.slug;
        Ok(Download::unmeasured(
            &format!("{slug}.zip"),
            who.rooms.departures.site_archive(&scope, form).await?,
        ))
    }
}
