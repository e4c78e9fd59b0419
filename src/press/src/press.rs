//! The press: plans what has to be rendered after a change, and renders it.

use crate::config::SiteConfig;
use crate::document::{Change, Document};
use crate::fault::{Fault, told_once};
use crate::plan::{self, Plan, Planned};
use crate::render;
use crate::sink::{Delta, NoTexts, Sink, Texts};
use crate::site::{Entry, EntryKey, Grounds, Owner, State, Touched};
use crate::theme::{Theme, resolve_params};
use crate::view::Fixed;
use std::sync::Arc;

/// The state of one site: a card of each page (never its body), links both ways, parts, and hashes of what was written.
pub struct Press {
    pub(crate) config: Arc<SiteConfig>,
    pub(crate) theme: Arc<Theme>,
    pub(crate) fixed: Arc<Fixed>,
    pub(crate) state: State,
    /// Of settings and theme; with any of them nothing is rendered.
    faults: Vec<Fault>,
}

/// Whoever orders entries by hand has not more of them.
const MOST_TOP: usize = 100;

/// An entry directly below the home page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Top {
    /// As `navigation` of `site.toml` names it.
    pub name: String,
    /// Its title.
    pub title: String,
    /// A page and no section.
    pub is_page: bool,
}

impl Press {
    /// A press without documents. Faults if the site's params do not fit the theme. Config and theme stay for its life:
    /// when one of them changes, everything can look different, so a new press renders everything.
    pub fn new(config: SiteConfig, theme: Arc<Theme>) -> Result<Press, Vec<Fault>> {
        let press = Press::open((config, Vec::new()), Ok(theme))?;
        if press.faults.is_empty() { Ok(press) } else { Err(press.faults) }
    }

    /// A press for settings and a theme that may have faults (see [`SiteConfig::read`]). With faults it renders nothing:
    /// every plan is refused with them and those of the content, so that a person is told everything at once.
    ///
    /// # Errors
    /// The faults, if there is nothing to judge content by.
    pub fn open(
        (config, mut faults): (SiteConfig, Vec<Fault>),
        theme: Result<Arc<Theme>, Vec<Fault>>,
    ) -> Result<Press, Vec<Fault>> {
        let (theme, params) = match theme {
            Ok(theme) => {
                let (params, more) = resolve_params(theme.name(), &theme.manifest().params, &config);
                faults.extend(more);
                (theme, params)
            }
            Err(more) => {
                // That there is no such theme is known only after the settings were read.
                let line = config.lines.get("theme").copied();
                let placed = |mut fault: Fault| {
                    fault.line = fault.line.or(line.filter(|_| fault.file == "site.toml"));
                    fault
                };
                faults.extend(more.into_iter().map(placed));
                (Arc::new(Theme::builtin("plain")?), serde_json::Map::new())
            }
        };
        faults.sort();
        let prefix = url::Url::parse(&config.base_url)
            .map(|url| url.path().trim_end_matches('/').to_owned())
            .unwrap_or_default();
        let fixed = Arc::new(Fixed::new(&config, &theme, &prefix, params));
        let languages: Vec<String> = config.language_tags().map(ToOwned::to_owned).collect();
        let titles = (0..languages.len()).map(|index| config.title_in(index).into()).collect();
        let mut state = State::new(
            Grounds {
                languages,
                prefix,
                widths: theme.manifest().pictures.widths.clone(),
                order: config.navigation.clone(),
            },
            titles,
        );
        claim_own_files(&mut state);
        Ok(Press { config: Arc::new(config), theme, fixed, state, faults })
    }

    /// Works out what has to be rendered. Changes nothing. All faults at once: of settings, theme, documents, addresses,
    /// links, and of the templates, as far as the documents that have no faults of their own show them.
    pub fn plan(&self, changes: Vec<Change>) -> Result<Plan, Vec<Fault>> {
        self.plan_with(changes, &NoTexts)
    }

    /// The same; the text of [`Change::Found`] documents is taken from `texts`, read and dropped again one by one.
    pub fn plan_with(&self, changes: Vec<Change>, texts: &dyn Texts) -> Result<Plan, Vec<Fault>> {
        let Planned { plan, mut faults, broken } = plan::plan(&self.state, changes, texts);
        if faults.is_empty() && self.faults.is_empty() {
            return Ok(plan);
        }
        if self.faults.is_empty() {
            faults.extend(render::rehearse(self, plan, texts, &broken));
        }
        faults.extend(self.faults.iter().cloned());
        Err(told_once(faults))
    }

    /// Renders in parallel into the sink; `texts` gives the text of the documents that [`Plan::needs`] names. Then the
    /// state is the new one; on error it is the old one, and what the sink has got so far is to be thrown away.
    pub fn render(&mut self, plan: Plan, texts: &dyn Texts, sink: &dyn Sink) -> Result<Delta, Vec<Fault>> {
        render::render(self, plan, texts, sink)
    }

    /// Takes a plan over as if it had been rendered: for [`Press::preview`] and [`Press::top`] alone. What is rendered from
    /// such a press leaves out what it believes to be written.
    pub fn suppose(&mut self, plan: Plan) {
        self.state = plan.into_state();
    }

    /// The URL path of an asset of the site, by its path (`assets/logo.png`).
    pub fn asset_address(&self, path: &str) -> Option<&str> {
        self.state.assets.get(path).map(|asset| &*asset.url)
    }

    /// The HTML of one page as it would be with the present state, without taking it over. Links that go nowhere are no
    /// faults here. The work does not depend on the number of pages.
    ///
    /// # Errors
    /// All faults of the settings, the theme and this document.
    pub fn preview(&self, document: Document) -> Result<String, Vec<Fault>> {
        if !self.faults.is_empty() {
            let mut faults = render::read_alone(self, &document).err().unwrap_or_default();
            faults.extend(self.faults.iter().cloned());
            return Err(told_once(faults));
        }
        render::preview(self, document)
    }

    /// The theme's style sheets, by the address that a rendered page has them under.
    pub fn stylesheets(&self) -> Vec<(String, String)> {
        let prefix = &self.state.grounds.prefix;
        let mut sheets = Vec::new();
        for asset in self.theme.assets().filter(|asset| asset.out.ends_with(".css")) {
            let text = String::from_utf8_lossy(&asset.bytes).into_owned();
            sheets.push((format!("{prefix}/{}", asset.out), text));
        }
        sheets
    }

    /// What stands directly below the home page, in the order of its navigation: sections first, then pages.
    pub fn top(&self) -> Vec<Top> {
        let Some(root) = self.state.sections.get(&self.state.root(0)) else { return Vec::new() };
        let top = |(key, entry): (&EntryKey, &Entry)| {
            let (title, is_page) = match entry {
                Entry::Page(card) => (card.title.clone(), true),
                Entry::Section => (self.state.sections.get(&key.node)?.title().clone(), false),
            };
            Some(Top { name: key.node.to_string(), title: title.to_string(), is_page })
        };
        root.entries.items().iter().filter_map(top).take(MOST_TOP).collect()
    }

    /// The settings of the site.
    pub fn config(&self) -> &SiteConfig {
        &self.config
    }

    /// Number of documents.
    pub fn len(&self) -> usize {
        self.state.cards.len()
    }

    /// True before the first document.
    pub fn is_empty(&self) -> bool {
        self.state.cards.is_empty()
    }
}

/// Places that the press fills itself, so that a document or asset that wants one is a fault.
fn claim_own_files(state: &mut State) {
    let mut touched = Touched::default();
    let mut files: Vec<String> =
        ["sitemap.xml", "robots.txt", "llms.txt", "llms-full.txt", "404.html"].map(Into::into).to_vec();
    for language in 0..u16::try_from(state.grounds.languages.len()).unwrap_or(1) {
        let root = state.root(language);
        let slash = if root.is_empty() { "" } else { "/" };
        files.extend([format!("{root}{slash}feed.xml"), format!("{root}{slash}search/index.html")]);
    }
    for file in files {
        state.claim(&file.into(), &Owner::Press, true, &mut touched);
    }
}
