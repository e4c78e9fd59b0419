//! A site being built, once or again and again: what was read last, the press with its state, and the output folder.

use std::path::{Path, PathBuf};
use std::time::Instant;

use indicatif::ProgressBar;
use press::{Delta, Fault, Press, Sink, SiteConfig};

use super::output::{Output, Scope};
use super::read::{self, Texts};
use super::report::Outcome;
use super::{Build, ThemePlace};
use crate::cli::folder::{self, Snapshot};

/// The parts of a site's folder that the press takes.
pub(super) const PARTS: [&str; 3] = ["content", "assets", "static"];

pub(super) struct Session {
    site: PathBuf,
    theme: Option<PathBuf>,
    base_url: Option<String>,
    compress: bool,
    drafts: bool,
    output: Output,
    /// The press and what it was made from; none before the first build that went well.
    state: Option<State>,
}

struct State {
    press: Press,
    settings: Settings,
    content: Snapshot,
}

/// What a press is made from: if it changes, everything is rendered again.
#[derive(PartialEq, Eq, Clone)]
struct Settings {
    site_toml: String,
    place: ThemePlace,
    theme: Snapshot,
}

impl Session {
    /// Opens the site's folder and the output folder.
    ///
    /// # Errors
    /// If there is no site, or if the output folder cannot be used.
    pub(super) fn open(build: &Build) -> Result<Session, Vec<Fault>> {
        let site = build.site.clone();
        site_toml(&site).map_err(|fault| vec![fault])?;
        let output = Output::open(&build.out(), &site).map_err(|fault| vec![fault])?;
        Ok(Session {
            site,
            theme: build.theme.clone(),
            base_url: build.base_url.clone(),
            compress: build.compress,
            drafts: build.drafts,
            output,
            state: None,
        })
    }

    /// The real path of the output folder.
    pub(super) fn out(&self) -> &Path {
        self.output.root()
    }

    /// The site's folder.
    pub(super) fn site(&self) -> &Path {
        &self.site
    }

    /// The folders that the site is made from, whether or not they exist.
    pub(super) fn inputs(&self) -> Vec<PathBuf> {
        let place = match &self.state {
            Some(state) => state.settings.place.clone(),
            // Before the first good build: the theme may be what is wrong.
            None => self.settings(&mut Vec::new()).1.place,
        };
        let theme = match place {
            ThemePlace::Folder(folder) => Some(folder),
            ThemePlace::Builtin(_) => None,
        };
        let site = PARTS.iter().chain(&["templates", "themes"]).map(|part| self.site.join(part));
        site.chain(theme).collect()
    }

    /// The path of the site's address (`/docs` of https://a.example/docs), under which it is served.
    pub(super) fn mount(&self) -> String {
        let ((config, _), _) = self.settings(&mut Vec::new());
        let url = url::Url::parse(&config.base_url).ok();
        url.map(|url| url.path().trim_end_matches('/').to_owned()).unwrap_or_default()
    }

    /// Builds what changed since the last build that went well; the first time everything.
    ///
    /// # Errors
    /// All faults at once. The output folder and the session are as they were.
    pub(super) fn build(&mut self, progress: &ProgressBar) -> Result<Outcome, Vec<Fault>> {
        let begun = Instant::now();
        progress.set_message("Reading");
        let mut faults = Vec::new();
        let (config, settings) = self.settings(&mut faults);
        let content = folder::list(&self.site, &PARTS, &mut faults);
        let (delta, tally) = self.render(config, settings, content, faults, progress)?;
        progress.finish_and_clear();
        let milliseconds = begun.elapsed().as_millis();
        Ok(Outcome { pages: delta.rendered_pages, files: tally, milliseconds, warnings: delta.warnings })
    }

    /// The settings as far as they can be read, with what is wrong in them; `faults` takes those of the theme's files.
    fn settings(&self, faults: &mut Vec<Fault>) -> ((SiteConfig, Vec<Fault>), Settings) {
        let (site_toml, (mut config, mut wrong)) = read_settings(&self.site);
        match self.base_url.as_deref().map(checked_base_url) {
            Some(Ok(base_url)) => config.base_url = base_url,
            Some(Err(more)) => wrong.extend(more),
            None => {}
        }
        let place = ThemePlace::find(&self.site, &config, self.theme.as_deref());
        let theme = place.snapshot(&self.site, faults);
        ((config, wrong), Settings { site_toml, place, theme })
    }

    fn render(
        &mut self,
        config: (SiteConfig, Vec<Fault>),
        settings: Settings,
        content: Snapshot,
        mut faults: Vec<Fault>,
        progress: &ProgressBar,
    ) -> Result<(Delta, super::output::Tally), Vec<Fault>> {
        let known = self.state.as_mut().filter(|state| state.settings == settings);
        let (nothing, mut new) = (Snapshot::new(), None);
        let (press, before, scope) = match known {
            Some(State { press, content, .. }) => (press, &*content, Scope::Changes),
            None => {
                let press = Press::open(config, settings.place.load_for(&self.site))?;
                (new.insert(press), &nothing, Scope::Everything)
            }
        };
        let (changes, unread) = read::changes(&self.site, before, &content);
        faults.extend(unread);
        let texts = Texts::new(&self.site, self.drafts, Some(&self.output));
        let plan = match press.plan_with(changes, &texts) {
            Ok(plan) if faults.is_empty() => plan,
            Ok(_) => return Err(texts.explain(Vec::new(), faults)),
            Err(more) => return Err(texts.explain(more, faults)),
        };
        progress.set_message("Rendering");
        progress.set_length(plan.pages() as u64);
        let run = self.output.run(scope, progress.clone());
        let delta = match press.render(plan, &texts, &run as &dyn Sink) {
            Ok(delta) => delta,
            Err(faults) => return Err(run.abandon(texts.explain(faults, Vec::new()))),
        };
        if self.compress {
            progress.set_message("Compressing");
            if let Err(error) = run.compress() {
                let fault = Fault::io(self.output.root().display().to_string(), &error);
                self.state = None;
                return Err(run.abandon(vec![fault]));
            }
        }
        let (tally, owned) = match run.commit() {
            Ok(done) => done,
            Err(faults) => {
                // The press has taken the change over, the folder has not: begin anew next time.
                self.state = None;
                return Err(faults);
            }
        };
        self.output.now(owned);
        match (&mut self.state, new) {
            (Some(state), None) => state.content = content,
            (state, Some(press)) => *state = Some(State { press, settings, content }),
            (None, None) => {}
        }
        Ok((delta, tally))
    }
}

/// The text of the site's settings.
pub(super) fn site_toml(site: &Path) -> Result<String, Fault> {
    let path = site.join("site.toml");
    match std::fs::read(&path) {
        Ok(bytes) => String::from_utf8(bytes).map_err(|e| Fault::invalid_utf8("site.toml", &e.utf8_error())),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let cure = "Write one with at least `title = \"My site\"` and `base_url = \"https://docs.example.com\"`.";
            Err(Fault::new(path.display().to_string(), "is missing", cure))
        }
        Err(error) => Err(Fault::io(path.display().to_string(), &error)),
    }
}

/// The settings as far as they can be read, and their faults, so that those of the content can be told with them.
pub(super) fn read_settings(site: &Path) -> (String, (SiteConfig, Vec<Fault>)) {
    match site_toml(site) {
        Ok(text) => {
            let read = SiteConfig::read(&text, None);
            (text, read)
        }
        Err(fault) => (String::new(), (SiteConfig::read("", None).0, vec![fault])),
    }
}

/// The rules of site.toml hold for the flag as well, so they are asked with a site.toml of one line.
fn checked_base_url(base_url: &str) -> Result<String, Vec<Fault>> {
    let line = toml::Table::from_iter([
        ("title".to_owned(), toml::Value::from("x")),
        ("base_url".to_owned(), toml::Value::from(base_url)),
    ]);
    let checked = SiteConfig::parse(&line.to_string()).map_err(|faults| {
        faults
            .into_iter()
            .map(|fault| Fault { file: "--base-url".into(), line: None, ..fault })
            .collect::<Vec<_>>()
    })?;
    Ok(checked.base_url)
}
