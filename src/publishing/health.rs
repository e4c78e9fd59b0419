//! A page's health: the checks that a page controls, on the page as it would be published.

use std::sync::Mutex;

use checks::{Document as Seen, Report, Scope, Subject};
use press::{Change, Document, NoTexts, OutFile, Press, Sink};

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
    /// [`PublishError::Faults`] when it can't be rendered by itself, as with links to pages that are not written yet.
    pub async fn judge(&self, scope: &SiteScope, id: PageId) -> Result<Health, PublishError> {
        let page = self.pages.get(scope, id).await?;
        let revision = self.pages.text(scope, id).await?;
        let settings = self.sites.get(scope).await?.settings;
        let base_url = self.base_url(scope).await?;
        let press = fresh_press(self, &settings, &base_url)?;
        let document = Document { path: page.path.clone(), text: revision.document };
        let now = self.clock.now();
        let judged = tokio::task::spawn_blocking(move || {
            let (url, html) = rendered(press, document, &base_url)?;
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

/// The page's address and HTML.
fn rendered(
    mut press: Press,
    document: Document,
    base_url: &str,
) -> Result<(url::Url, String), PublishError> {
    let mirror =
        document.path.trim_end_matches(".md").trim_end_matches("_index").trim_end_matches('/').to_owned();
    let wanted = if mirror.is_empty() { "index.html".to_owned() } else { format!("{mirror}/index.html") };
    let plan = press.plan(vec![Change::Put(document)]).map_err(PublishError::Faults)?;
    let page = OnePage { wanted: &wanted, html: Mutex::default() };
    press.render(plan, &NoTexts, &page).map_err(PublishError::Faults)?;
    let html = page.html.into_inner().unwrap_or_default();
    let address = format!("{base_url}/{}", wanted.trim_end_matches("index.html"));
    let url = address.parse().map_err(|_| PublishError::Rendering(format!("{address} is no address")))?;
    Ok((url, html))
}

/// Keeps one file and lets the others go.
struct OnePage<'a> {
    wanted: &'a str,
    html: Mutex<String>,
}

impl Sink for OnePage<'_> {
    fn write(&self, file: OutFile<'_>) -> std::io::Result<()> {
        if file.path == self.wanted
            && let Ok(mut html) = self.html.lock()
        {
            *html = String::from_utf8_lossy(file.bytes).into_owned();
        }
        Ok(())
    }

    fn remove(&self, _: &str) -> std::io::Result<()> {
        Ok(())
    }
}
