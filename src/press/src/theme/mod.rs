//! A theme: templates, assets, texts and settings, loaded and checked once.

mod builtin;

use crate::fault::Fault;
use crate::suggest;
use minijinja::{Environment, UndefinedBehavior};

/// A theme, ready to render. Templates that it leaves out come from the press.
pub struct Theme {
    name: String,
    env: Environment<'static>,
}

impl Theme {
    /// Loads a theme from its files (paths relative to the theme's folder: `theme.toml`, `templates/page.html`, …).
    /// All templates are compiled; all faults are told at once.
    pub fn load(name: &str, files: impl IntoIterator<Item = (String, Vec<u8>)>) -> Result<Theme, Vec<Fault>> {
        let mut env = Environment::new();
        env.set_undefined_behavior(UndefinedBehavior::Strict);
        let mut faults = Vec::new();
        for (name, source) in builtin::TEMPLATES {
            if let Err(error) = env.add_template(name, source) {
                faults.push(template_fault("built-in templates", &error));
            }
        }
        for (path, bytes) in files {
            let Some(template) = path.strip_prefix("templates/") else { continue };
            let file = format!("themes/{name}/{path}");
            match String::from_utf8(bytes) {
                Ok(source) => {
                    if let Err(error) = env.add_template_owned(template.to_owned(), source) {
                        faults.push(template_fault(&file, &error));
                    }
                }
                Err(error) => faults.push(Fault::invalid_utf8(file, &error.utf8_error())),
            }
        }
        if faults.is_empty() { Ok(Theme { name: name.to_owned(), env }) } else { Err(faults) }
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

    /// The theme's name, as in `themes/NAME`.
    pub fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn environment(&self) -> &Environment<'static> {
        &self.env
    }
}

fn template_fault(file: &str, error: &minijinja::Error) -> Fault {
    let fault = Fault::new(file, format!("template: {error}"), "");
    match error.line().and_then(|line| u32::try_from(line).ok()) {
        Some(line) => fault.at(line),
        None => fault,
    }
}
