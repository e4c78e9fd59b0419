//! A page's health: the checks that a page controls, on the page as it would be published.

use checks::{Document as Seen, Report, Scope, Subject};
use press::{Document, Fault, Press};

use super::build::fresh_press;
use super::{PublishError, Publishing};
use crate::pages::PageId;
use crate::tenancy::SiteScope;

/// What the checks say of a page.
#[derive(Debug, Clone)]
pub struct Health {
    /// The score, 0 to 100, rounded down; absent when nothing could be measured.
    pub score: Option<i64>,
    /// Every check and finding.
    pub report: Report,
}

impl Publishing {
    /// Renders a page's newest text by itself, judges it, and keeps the score for the gate.
    ///
    /// # Errors
    /// [`PublishError::Faults`] when it can't be rendered.
    pub async fn judge(&self, scope: &SiteScope, id: PageId) -> Result<Health, PublishError> {
        let page = self.pages.get(scope, id).await?;
        let revision = self.pages.text(scope, id).await?;
        let settings = self.sites.get(scope).await?.settings;
        let base_url = self.base_url(scope).await?;
        let press = self.stocked(scope, fresh_press(self, &settings, &base_url)?, &settings).await?;
        let document = Document { path: page.path.clone(), text: revision.document };
        let now = self.clock.now();
        let judged = tokio::task::spawn_blocking(move || {
            let (url, html) = rendered(&press.press, document, &base_url)?;
            Ok::<_, PublishError>(checks::judge(&Subject::new(vec![Seen::html(url, html)], now), Scope::Page))
        });
        let report = judged.await.map_err(|error| PublishError::Rendering(error.to_string()))??;
        #[expect(clippy::cast_possible_truncation, reason = "0 to 100")]
        let score = report.score.map(|score| score.value.floor() as i64);
        if let Some(score) = score {
            self.pages.set_health(scope, id, revision.number, score).await?;
        }
        Ok(Health { score, report })
    }
}

impl Publishing {
    /// The structured data (JSON-LD) of a page with this text, block by block, as machines would get it.
    ///
    /// # Errors
    /// As [`Publishing::look`].
    pub async fn json_ld(
        &self,
        scope: &SiteScope,
        id: PageId,
        text: String,
    ) -> Result<Vec<serde_json::Value>, PublishError> {
        let html = self.look(scope, id, text).await?;
        let blocks = tokio::task::spawn_blocking(move || blocks(&html)).await;
        blocks.map_err(|error| PublishError::Rendering(error.to_string()))
    }
}

fn blocks(html: &str) -> Vec<serde_json::Value> {
    let document = scraper::Html::parse_document(html);
    let Ok(selector) = scraper::Selector::parse("script[type='application/ld+json']") else {
        return Vec::new();
    };
    let block =
        |element: scraper::ElementRef<'_>| serde_json::from_str(&element.text().collect::<String>()).ok();
    document.select(&selector).filter_map(block).collect()
}

/// Where the page will be, and its HTML.
fn rendered(press: &Press, document: Document, base_url: &str) -> Result<(url::Url, String), PublishError> {
    let path = document.path.trim_end_matches(".md").trim_end_matches("_index").trim_end_matches('/');
    let address = if path.is_empty() { format!("{base_url}/") } else { format!("{base_url}/{path}/") };
    let url = address.parse().map_err(|_| {
        PublishError::Faults(vec![Fault::new(&document.path, "has no address", "Give it another name.")])
    })?;
    let html = press.preview(document).map_err(PublishError::Faults)?;
    Ok((url, html))
}
