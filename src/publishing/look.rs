//! Looking at pages before anything is saved: a text of the editor, or the whole site with other settings.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use press::{Asset, Change, Document, Press, Top};

use super::build::fresh_press;
use super::{PublishError, Publishing};
use crate::base::Window;
use crate::pages::{PageFilter, PageId};
use crate::tenancy::SiteScope;

/// Pages that stand in the navigation of what is looked at.
const NEIGHBOURS: u64 = 300;
/// The largest picture that is put into a page.
const LARGEST: u64 = 2 * 1024 * 1024;
/// A page that shows what a theme can do, where a site has none yet.
const SAMPLE: &str = include_str!("sample.md");

/// Which page of a site is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Looked {
    /// The first one that readers see.
    Home,
    /// One with a text.
    Page,
}

/// A site as it could be.
#[derive(Debug, Clone)]
pub struct SiteLook {
    /// The text of its `site.toml`.
    pub settings: String,
    /// Files that it does not have yet.
    pub files: Vec<(String, Bytes)>,
    /// `light` or `dark`, for themes with a setting `scheme`; else as the browser wants it.
    pub scheme: Option<&'static str>,
    /// What is looked at.
    pub looked: Looked,
}

/// A press that knows the pictures which the settings name.
pub(super) struct Stocked {
    pub press: Press,
    pictures: Vec<(String, Bytes)>,
}

impl Publishing {
    /// A text as readers would see it as this page, in one file: the theme's style is in it, its scripts are not.
    ///
    /// # Errors
    /// [`PublishError::Faults`] when it can't be rendered.
    pub async fn look(&self, scope: &SiteScope, id: PageId, text: String) -> Result<String, PublishError> {
        let page = self.pages.get(scope, id).await?;
        let settings = self.sites.get(scope).await?.settings;
        let press = fresh_press(self, &settings, &self.base_url(scope).await?)?;
        let stocked = self.stocked(scope, press, &settings).await?;
        on_a_thread(move || stocked.page(Document { path: page.path, text })).await
    }

    /// A page of the site as it would be with other settings, in one file.
    ///
    /// # Errors
    /// [`PublishError::Faults`] when settings, theme or page can't be rendered.
    pub async fn look_at_site(&self, scope: &SiteScope, asked: SiteLook) -> Result<String, PublishError> {
        let SiteLook { settings, files, scheme, looked } = asked;
        let (mut config, faults) = press::SiteConfig::read(&settings, Some(&self.base_url(scope).await?));
        let theme = self.themes.get(&config.theme);
        let offered =
            |theme: &press::Theme| theme.manifest().params.iter().any(|param| param.name == "scheme");
        if let (Some(scheme), true) = (scheme, theme.as_deref().is_ok_and(offered)) {
            config.params.insert("scheme".into(), scheme.into());
        }
        let title = config.title.clone();
        let press = Press::open((config, faults), theme).map_err(PublishError::Faults)?;
        let mut stocked = self.stocked_with(scope, press, &settings, files).await?;
        let documents = self.neighbours(scope).await?;
        on_a_thread(move || {
            let subject = subject(&documents, looked, &title);
            stocked.suppose(documents);
            stocked.page(subject)
        })
        .await
    }

    /// What stands directly below the home page with these settings, in the order of its navigation.
    ///
    /// # Errors
    /// [`PublishError::Faults`] of the settings.
    pub async fn top(&self, scope: &SiteScope, settings: &str) -> Result<Vec<Top>, PublishError> {
        let press = fresh_press(self, settings, &self.base_url(scope).await?)?;
        let mut stocked = self.stocked_with(scope, press, "", Vec::new()).await?;
        let documents = self.neighbours(scope).await?;
        on_a_thread(move || {
            stocked.suppose(documents);
            Ok(stocked.press.top())
        })
        .await
    }

    pub(super) async fn stocked(
        &self,
        scope: &SiteScope,
        press: Press,
        settings: &str,
    ) -> Result<Stocked, PublishError> {
        self.stocked_with(scope, press, settings, Vec::new()).await
    }

    /// Gives a press those of the site's files that its settings name, and further ones over them.
    async fn stocked_with(
        &self,
        scope: &SiteScope,
        press: Press,
        settings: &str,
        files: Vec<(String, Bytes)>,
    ) -> Result<Stocked, PublishError> {
        let mut pictures = files;
        for file in self.sites.files_after(scope, "", u64::from(u16::MAX)).await? {
            let is_new = pictures.iter().any(|(path, _)| *path == file.path);
            if settings.contains(&file.path) && file.size <= LARGEST && !is_new {
                pictures.push((file.path, self.storage.get(file.hash).await?));
            }
        }
        let mut stocked = Stocked { press, pictures };
        on_a_thread(move || {
            stocked.suppose(Vec::new());
            Ok(stocked)
        })
        .await
    }

    /// The site's pages as readers see them or, before the first edition, as they were written.
    async fn neighbours(&self, scope: &SiteScope) -> Result<Vec<Document>, PublishError> {
        let window = Window::newest(NEIGHBOURS);
        let (pages, _) = self.pages.window(scope, &PageFilter::default(), &window).await?;
        let paths: Vec<String> = pages.iter().map(|page| page.path.clone()).collect();
        let mut texts = self.pages.live_texts(scope, &paths).await?;
        if texts.is_empty() {
            texts = self.pages.newest_texts(scope, &paths).await?;
        }
        Ok(texts.into_iter().map(|(path, text)| Document { path, text }).collect())
    }
}

impl Stocked {
    /// Takes documents over without their bodies: a neighbour is a title at an address, and its links are judged when it
    /// is published. Documents that don't go together are left out: what is looked at is the look.
    fn suppose(&mut self, documents: Vec<Document>) {
        let assets = || {
            let asset = |(path, bytes): &(String, Bytes)| Asset { path: path.clone(), bytes: bytes.clone() };
            self.pictures.iter().map(asset).map(Change::PutAsset)
        };
        let headed = documents.into_iter().map(|document| {
            Change::Put(Document { text: head_of(&document.text).to_owned(), path: document.path })
        });
        let all = self.press.plan(assets().chain(headed).collect());
        if let Ok(plan) = all.or_else(|_| self.press.plan(assets().collect())) {
            self.press.suppose(plan);
        }
    }

    /// A page in one file.
    fn page(&self, document: Document) -> Result<String, PublishError> {
        let mut html = self.press.preview(document).map_err(PublishError::Faults)?;
        for (address, style) in self.press.stylesheets() {
            let link = format!("<link rel=\"stylesheet\" href=\"{address}\">");
            html = html.replace(&link, &format!("<style>{style}</style>"));
        }
        for (path, bytes) in &self.pictures {
            let media = media_type(path);
            if let (Some(address), Some(media)) = (self.press.asset_address(path), media) {
                let data = format!("\"data:{media};base64,{}\"", BASE64_STANDARD.encode(bytes));
                html = html.replace(&format!("\"{address}\""), &data);
            }
        }
        Ok(html)
    }
}

/// What is looked at: the home page is made up where the site has none.
fn subject(documents: &[Document], looked: Looked, title: &str) -> Document {
    let is_home = |document: &&Document| document.path == "_index.md";
    let is_page = |document: &&Document| !document.path.ends_with("_index.md");
    let mut pages: Vec<&Document> = documents.iter().filter(is_page).collect();
    // The longest shows most.
    pages.sort_by_key(|document| std::cmp::Reverse((document.text.len(), &document.path)));
    match looked {
        Looked::Home => documents.iter().find(is_home).cloned().unwrap_or_else(|| Document {
            path: "_index.md".into(),
            text: format!("+++\ntitle = {}\n+++\n", toml::Value::from(title)),
        }),
        Looked::Page => match pages.first() {
            Some(document) => (*document).clone(),
            None => Document { path: "a-page.md".into(), text: SAMPLE.into() },
        },
    }
}

/// The front matter alone.
fn head_of(text: &str) -> &str {
    const MARK: &str = "+++";
    let end = text.strip_prefix(MARK).and_then(|rest| rest.find("\n+++"));
    end.map_or("", |end| &text[..MARK.len() + end + "\n+++".len()])
}

fn media_type(path: &str) -> Option<&'static str> {
    match path.rsplit_once('.')?.1.to_ascii_lowercase().as_str() {
        "png" => Some("image/png"),
        "jpg" | "jpeg" => Some("image/jpeg"),
        "webp" => Some("image/webp"),
        "svg" => Some("image/svg+xml"),
        _ => None,
    }
}

async fn on_a_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, PublishError> + Send + 'static,
) -> Result<T, PublishError> {
    tokio::task::spawn_blocking(work).await.map_err(|error| PublishError::Rendering(error.to_string()))?
}
