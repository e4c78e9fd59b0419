//! A theme: templates, assets, texts and settings, loaded and checked once.

mod assets;
mod builtin;
mod check;
mod functions;
mod limits;
mod manifest;
mod params;
mod texts;

pub use manifest::{Manifest, Pictures};
pub use params::{Param, ParamType};

pub(crate) use params::resolve as resolve_params;

use crate::fault::{Fault, WHILE};
use crate::suggest;
use assets::ThemeAsset;
use minijinja::{Environment, UndefinedBehavior, Value};
use std::collections::{BTreeMap, BTreeSet};
use texts::Texts;

/// A theme, ready to render. Templates that it leaves out come from the press.
pub struct Theme {
    name: String,
    manifest: Manifest,
    env: Environment<'static>,
    /// Its own templates, without the built-in ones.
    templates: BTreeSet<String>,
    assets: BTreeMap<String, ThemeAsset>,
    texts: Texts,
}

impl Theme {
    /// Loads a theme from its files (paths relative to the theme's folder: `theme.toml`, `templates/page.html`, …).
    /// All templates are compiled; all faults are told at once. Of two files with one path the later one counts, so a
    /// site's own templates can be chained behind the theme's.
    pub fn load(name: &str, files: impl IntoIterator<Item = (String, Vec<u8>)>) -> Result<Theme, Vec<Fault>> {
        let files: BTreeMap<String, Vec<u8>> = files.into_iter().collect();
        let mut theme = Theme::empty(name)?;
        let mut faults = Vec::new();
        let mut own_assets = BTreeMap::new();
        for (path, bytes) in files {
            let file = format!("themes/{name}/{path}");
            if let Some(asset) = path.strip_prefix("assets/") {
                own_assets.insert(asset.to_owned(), bytes);
            } else if path == "theme.toml" || path.starts_with("templates/") || path.starts_with("i18n/") {
                match String::from_utf8(bytes) {
                    Ok(source) => theme.read_text(&file, &path, source, &mut faults),
                    Err(error) => faults.push(Fault::invalid_utf8(file, &error.utf8_error())),
                }
            }
        }
        theme.assets = assets::name(own_assets);
        faults.sort();
        if faults.is_empty() { Ok(theme) } else { Err(faults) }
    }

    fn empty(name: &str) -> Result<Theme, Vec<Fault>> {
        let mut env = Environment::new();
        env.set_undefined_behavior(UndefinedBehavior::Strict);
        limits::set(&mut env);
        functions::add_to(&mut env);
        for (template, source) in builtin::TEMPLATES {
            env.add_template(template, source)
                .map_err(|error| vec![template_fault(name, &BTreeSet::new(), &error)])?;
        }
        let mut texts = Texts::default();
        texts.read("built-in texts", "en", builtin::TEXTS)?;
        let (manifest, templates, assets) = (Manifest::default(), BTreeSet::new(), BTreeMap::new());
        Ok(Theme { name: name.to_owned(), manifest, env, templates, assets, texts })
    }

    fn read_text(&mut self, file: &str, path: &str, source: String, faults: &mut Vec<Fault>) {
        if let Some(template) = path.strip_prefix("templates/") {
            self.templates.insert(template.to_owned());
            if let Err(error) = self.env.add_template_owned(template.to_owned(), source) {
                faults.push(template_fault(&self.name, &self.templates, &error));
            }
        } else if let Some(language) = path.strip_prefix("i18n/").and_then(|rest| rest.strip_suffix(".toml"))
        {
            faults.extend(self.texts.read(file, language, &source).err().into_iter().flatten());
        } else {
            match manifest::read(file, &source) {
                Ok(manifest) => self.manifest = manifest,
                Err(more) => faults.extend(more),
            }
        }
    }

    /// A theme that is part of this program.
    pub fn builtin(name: &str) -> Result<Theme, Vec<Fault>> {
        if name == "plain" {
            return Theme::load(name, []);
        }
        let Some((_, files)) = builtin::THEMES.iter().find(|(known, _)| *known == name) else {
            let known: Vec<&str> = builtin::names().collect();
            let cure = suggest::did_you_mean(name, &known);
            return Err(vec![Fault::new("site.toml", format!("there is no built-in theme `{name}`"), cure)]);
        };
        Theme::load(name, files.iter().map(|(path, bytes)| ((*path).to_owned(), bytes.to_vec())))
    }

    /// Names of the themes that are part of this program.
    pub fn builtin_names() -> impl Iterator<Item = &'static str> {
        builtin::names()
    }

    /// The files of a theme that is part of this program, by their paths in its folder; to copy them, or to lay a site's
    /// own templates over them. `None` if there is no such theme.
    pub fn builtin_files(name: &str) -> Option<Vec<(String, Vec<u8>)>> {
        if name == "plain" {
            let templates = builtin::TEMPLATES.iter();
            let files = templates.map(|(path, text)| (format!("templates/{path}"), text.as_bytes().to_vec()));
            return Some(files.collect());
        }
        let (_, files) = builtin::THEMES.iter().find(|(known, _)| *known == name)?;
        Some(files.iter().map(|(path, bytes)| ((*path).to_owned(), bytes.to_vec())).collect())
    }

    /// The theme's name, as in `themes/NAME`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What `theme.toml` says.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Renders every template with sample data, strictly, and looks whether what the structured data says can be seen.
    pub fn check(self: &std::sync::Arc<Self>) -> Result<(), Vec<Fault>> {
        check::check(self)
    }

    /// Renders a template within the limits; an error becomes a fault that names template and line.
    pub(crate) fn render(&self, template: &str, context: Value, document: &str) -> Result<Vec<u8>, Fault> {
        limits::render(&self.env, template, context).map_err(|error| {
            let mut fault = template_fault(&self.name, &self.templates, &error);
            if fault.file.is_empty() {
                fault.file = self.file_of(template);
            }
            fault.what = format!("{}{WHILE}{document})", fault.what);
            fault
        })
    }

    fn file_of(&self, template: &str) -> String {
        if self.templates.contains(template) {
            format!("themes/{}/templates/{template}", self.name)
        } else {
            format!("built-in template {template}")
        }
    }

    /// Has the theme itself such a template?
    pub(crate) fn has_own(&self, template: &str) -> bool {
        self.templates.contains(template)
    }

    /// The template for a kind: the theme's own, else its `page.html`.
    pub(crate) fn template_for(&self, wanted: &'static str) -> &'static str {
        if wanted == "page.html" || self.templates.contains(wanted) { wanted } else { "page.html" }
    }

    pub(crate) fn asset(&self, path: &str) -> Option<&ThemeAsset> {
        self.assets.get(path)
    }

    pub(crate) fn assets(&self) -> impl Iterator<Item = &ThemeAsset> {
        self.assets.values()
    }

    pub(crate) fn asset_names(&self) -> impl Iterator<Item = &str> {
        self.assets.keys().map(String::as_str)
    }

    pub(crate) fn text(&self, language: &str, key: &str, count: Option<i64>) -> Option<&str> {
        self.texts.get(language, key, count)
    }
}

fn template_fault(theme: &str, own: &BTreeSet<String>, error: &minijinja::Error) -> Fault {
    // The innermost cause names the place where it went wrong.
    let mut cause = error;
    while let Some(inner) =
        std::error::Error::source(cause).and_then(|source| source.downcast_ref::<minijinja::Error>())
    {
        cause = inner;
    }
    let place = if cause.name().is_some() { cause } else { error };
    let file = match place.name() {
        Some(name) if own.contains(name) => format!("themes/{theme}/templates/{name}"),
        Some(name) => format!("built-in template {name}"),
        None => String::new(),
    };
    let what = match cause.kind() {
        minijinja::ErrorKind::OutOfFuel => "does not come to an end".to_owned(),
        kind => cause.detail().map_or_else(|| kind.to_string(), |detail| format!("{kind}: {detail}")),
    };
    let cure = match cause.kind() {
        minijinja::ErrorKind::OutOfFuel => "Look for a loop or a macro that calls itself.",
        minijinja::ErrorKind::SyntaxError => {
            "Compare with https://docs.rs/minijinja/latest/minijinja/syntax/."
        }
        minijinja::ErrorKind::UndefinedError => "Ask first whether it is there: {% if x is defined %}.",
        _ => "",
    };
    let fault = Fault::new(file, what, cure);
    match place.line().and_then(|line| u32::try_from(line).ok()) {
        Some(line) => fault.at(line),
        None => fault,
    }
}
